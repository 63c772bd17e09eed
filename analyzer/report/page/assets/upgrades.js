// An upgrade as the peers see it: who says what to whom, over which transport, and how long each step took.

const STEPS = [
  ['opened', 's2c', 'polling', 'open packet, with the session’s id'],
  ['started', 'c2s', 'websocket', 'GET transport=websocket'],
  ['probe_sent', 'c2s', 'websocket', '2probe'],
  ['probe_answered', 's2c', 'websocket', '3probe'],
  ['drained', 's2c', 'polling', 'last poll answered'],
  ['upgrade_sent', 'c2s', 'websocket', '5: from here on WebSocket'],
];
const SHOWN = 6;

const upgrades = {
  start(page) {
    const draw = () => this.draw(page);
    sessions.listeners.push(draw);
    draw();
  },

  draw(page) {
    const opened = new Map(page.tables.sessions.map((row) => [row.session, row.opened]));
    const rank = { failed: 0, refused: 1, abandoned: 2, completed: 3 };
    const rows = [...sessions.of(page.tables.upgrades)].sort((a, b) => rank[a.outcome] - rank[b.outcome] || b.duration_ms - a.duration_ms);
    const more = rows.length - SHOWN;
    byId('upgrades-note').textContent = `${count(rows.length)} ${rows.length === 1 ? 'attempt' : 'attempts'}`
      + (more > 0 ? `, those that failed and the slowest first; choose a session to see its own` : '');
    byId('upgrades-list').replaceChildren(...rows.slice(0, SHOWN).map((row) => this.one(row, opened.get(row.session) ?? null, page)));
    if (!rows.length) byId('upgrades-list').append(make('p', { class: 'calm' }, 'No upgrade was tried.'));
  },

  one(row, opened, page) {
    const known = STEPS.map(([name, ...rest]) => [name === 'opened' ? opened : row[name], ...rest])
      .filter(([time]) => time !== null).sort((a, b) => a[0] - b[0]);
    const items = known.map(([time, direction, transport, label], i) => make('li', { class: `${direction} ${transport}` },
      make('span', { class: 'when' }, i ? `+${span(time - known[i - 1][0])}` : span(time)),
      make('span', { class: 'peer' }, 'client'), make('span', { class: 'arrow' }, label), make('span', { class: 'peer' }, 'server')));
    const why = [row.cause, row.status === null ? null : `status ${row.status}`].filter(Boolean).map((text) => elide(text, 200)).join(', ');
    return make('article', {},
      make('h3', {}, `${page.short.get(row.session) ?? '-'}: ${row.outcome}${row.duration_ms === null ? '' : ` in ${span(row.duration_ms * 1e6)}`}${why ? ` (${why})` : ''}`),
      make('ol', { class: 'steps' }, ...items));
  },
};
