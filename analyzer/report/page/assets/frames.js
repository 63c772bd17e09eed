// The table of frames, and the panel that shows one of them whole.

const frames = {
  start(page) {
    this.page = page;
    this.table = tableIn('frames-table', this.columns(page), {
      data: page.log, index: 'number', height: '640px', ...(page.log.length > MANY ? { rowHeight: 27 } : {}), placeholder: 'No frame matches the filters.',
      rowFormatter: (row) => {
        const data = row.getData();
        row.getElement().classList.toggle('issue', data.issue !== null);
        row.getElement().classList.toggle('beat', isBeat(data));
      },
    }, (row) => this.show(row));
    offer('by-session', page.log, 'session', (id) => page.short.get(id));
    offer('by-type', page.log, 'type', (type) => elide(type, 40));
    offer('by-namespace', page.log, 'namespace', (name) => elide(name, 40));
    const refresh = () => this.filter();
    byId('search').addEventListener('input', later(120, refresh));
    // not for the search field, which has told every letter: rows made anew under a pressed mouse lose its click
    byId('filters').addEventListener('change', ({ target }) => target.id === 'search' || refresh());
    byId('filters').addEventListener('submit', (event) => event.preventDefault());
    byId('filters').addEventListener('reset', () => setTimeout(refresh));
    byId('frames-note').textContent = this.note(page);
    return new Promise((done) => { this.table.on('tableBuilt', () => { this.filter(); done(); }); });
  },

  note(page) {
    const all = page.totals.log;
    if (all === page.log.length) return `all ${count(all)} rows of the log`;
    return `a sample: ${count(page.log.length)} of ${count(all)} rows of the log, those that tell of trouble first, the others evenly`;
  },

  columns(page) {
    const narrow = { headerSort: true, widthGrow: 0 };
    return [
      column('time', 'number', (row) => span(row.time), { ...narrow, width: 92, hozAlign: 'right', responsive: 0 }),
      column('frame', 'frame', (row) => row.frame ?? '', { ...narrow, width: 76, hozAlign: 'right', responsive: 2 }),
      column('⇄', 'direction', (row) => ({ c2s: '→', s2c: '←' }[row.direction] ?? ''), { ...narrow, width: 34, responsive: 0 }),
      column('session', 'session', (row) => page.short.get(row.session) ?? '', { ...narrow, width: 100, responsive: 3 }),
      column('over', 'transport', (row) => row.transport ?? row.layer, { ...narrow, width: 84, responsive: 4 }),
      column('type', 'type', (row) => elide(row.type, 40), { ...narrow, width: 118, responsive: 0 }),
      column('namespace', 'namespace', (row) => elide(row.namespace, 60), { ...narrow, width: 100, responsive: 6 }),
      column('event', 'event', (row) => elide(row.event, 80), { ...narrow, width: 140, responsive: 1 }),
      column('ack', 'ack_id', (row) => row.ack_id ?? '', { ...narrow, width: 60, hozAlign: 'right', responsive: 5 }),
      column('size', 'size', (row) => bytes(row.size), { ...narrow, width: 74, hozAlign: 'right', responsive: 5 }),
      column('data', 'data', (row) => this.gist(row), { headerSort: false, widthGrow: 1, minWidth: 130, responsive: 0 }),
    ];
  },

  gist(row) {
    const oddity = row.issue === null ? '' : `[${row.issue}] ${elide(row.detail, 160)} `;
    const status = row.status === null ? '' : `${row.status} `;
    const parts = row.attachments ? ` +${row.attachments[0].length} attached` : '';
    return oddity + status + elide(row.data ?? row.url, 240) + parts;
  },

  filter() {
    const wanted = wantedRows();
    if (wanted) this.table.setFilter(wanted);
    else this.table.clearFilter();
    const found = wanted ? this.table.getDataCount('active') : this.page.log.length;
    byId('matches').textContent = wanted ? `${count(found)} of ${count(this.page.log.length)} rows match` : '';
  },

  /** Shows the frames of one session, or of all where it is null. */
  only(session) {
    byId('by-session').value = session ?? '';
    this.filter();
  },

  /** Chooses the row that a finding or a chart names, whatever the filters are. */
  async go(wanted) {
    const row = this.page.log.find(wanted);
    if (!row) {
      byId('matches').textContent = 'That frame is not among the rows this page holds; sioscope records --around shows it.';
      byId('frames').scrollIntoView();
      return;
    }
    byId('filters').reset();
    byId('by-session').value = row.session ?? '';
    this.filter();
    byId('frames').scrollIntoView();
    await this.table.scrollToRow(row.number, 'center', true).catch(() => {});
    this.table.deselectRow();
    this.table.selectRow(row.number);
    this.show(row);
  },

  show(row) {
    const facts = row.names.map((name) => [name, row[name]]).filter(([name, value]) => value !== null && !OWN.has(name));
    const list = make('dl', {}, ...facts.flatMap(([name, value]) => [
      make('dt', {}, name), make('dd', {}, visible(typeof value === 'string' ? value.slice(0, 4000) : JSON.stringify(value)))]));
    const parts = [make('h3', {}, `Row ${count(row.number)}: ${elide(row.type ?? row.layer, 40)}`),
      make('p', { class: 'hint' }, `${stamp(this.page.base, row.time)}, ${span(row.time)} after the start`), list];
    if (row.data !== null) parts.push(make('h3', {}, 'data'), ...pretty(row.data, this.page.width));
    if (row.headers !== null) parts.push(make('h3', {}, 'headers'), ...pretty(row.headers, this.page.width));
    if (row.attachments) parts.push(make('h3', {}, 'attachments'), make('pre', {}, attached(row.attachments)));
    byId('detail').replaceChildren(...parts);
    byId('detail').hidden = false;
  },
};

const MANY = 20000; // rows from which on none is measured before it is shown

const OWN = new Set(['number', 'time', 'data', 'headers', 'attachments']);

/** Text that may be JSON, laid out where it is; `width`: how much of a text the page holds. */
const pretty = (text, width) => {
  let shown = text;
  try {
    if (text.length < width) shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    shown = text;
  }
  const found = [make('pre', {}, visible(shown))];
  if (text.length >= width) found.push(make('p', { class: 'hint' }, `Only the first ${count(width)} characters are here; sioscope records has all.`));
  return found;
};

const attached = ([sizes, head]) =>
  `${sizes.map(bytes).join(', ')}\nthe first begins ${head.replace(/../g, '$& ')}${sizes[0] > head.length / 2 ? '…' : ''}`;
