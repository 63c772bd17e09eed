// The table of sessions; the one that is chosen is what all the rest of the page is about.

const sessions = {
  chosen: null,
  listeners: [],

  start(page) {
    const num = { hozAlign: 'right', widthGrow: 0, width: 92 };
    this.table = tableIn('sessions-table', [
      column('session', 'session', (row) => elide(row.session, 40) || '-', { minWidth: 110, responsive: 0 }),
      column('EIO', 'engine', (row) => row.engine ?? '-', { ...num, width: 62, responsive: 4 }),
      column('opened', 'opened', (row) => (row.opened === null ? 'before' : `+${span(row.opened)}`), { ...num, responsive: 3 }),
      column('lasted', 'duration_s', (row) => span(row.duration_s === null ? null : row.duration_s * 1e9), { ...num, responsive: 1 }),
      column('transports', 'transports', (row) => elide(row.transports, 40) || '-', { minWidth: 140, responsive: 2 }),
      column('upgrade', 'upgrade', (row) => row.upgrade ?? '-', { widthGrow: 0, width: 98, responsive: 3 }),
      column('namespaces', 'namespaces', (row) => elide(row.namespaces, 60) || '-', { minWidth: 110, responsive: 5 }),
      column('→', 'packets_c2s', (row) => count(row.packets_c2s ?? 0), { ...num, width: 70, responsive: 6 }),
      column('←', 'packets_s2c', (row) => count(row.packets_s2c ?? 0), { ...num, width: 70, responsive: 6 }),
      column('ended', 'close_cause', (row) => (row.close_cause === null ? 'open' : `${row.close_cause} (${row.closed_by ?? '?'})`), { minWidth: 130, responsive: 0 }),
    ], { data: page.tables.sessions, maxHeight: '360px', placeholder: 'No Engine.IO session was recognised.' }, (row) => this.choose(row.session));
    byId('all-sessions').addEventListener('click', () => this.choose(null));
    byId('sessions-note').textContent = held(page, 'sessions');
    return new Promise((done) => { this.table.on('tableBuilt', done); });
  },

  choose(session) {
    this.chosen = session;
    byId('all-sessions').hidden = session === null;
    if (session === null) this.table.deselectRow();
    for (const tell of this.listeners) tell(session);
  },

  /** The rows of a table that belong to the chosen session; all where none is chosen. */
  of(rows) {
    return this.chosen === null ? rows : rows.filter((row) => row.session === this.chosen);
  },
};

/** How much of a table the page holds. */
const held = (page, name) => {
  const here = page.tables[name].length;
  const all = page.totals[name];
  return here === all ? count(all) : `${count(here)} of ${count(all)}, evenly chosen`;
};
