// Puts the page together once its data is unpacked, and follows the links of the findings.

const load = async () => {
  const { log, tables, ...facts } = await unpack();
  const page = { ...facts, log: rowsOf(log), tables: {} };
  for (const [name, table] of Object.entries(tables)) page.tables[name] = rowsOf(table);
  page.short = shortIds([...page.tables.sessions, ...page.log].map((row) => row.session));
  const last = page.log.length ? page.log[page.log.length - 1].time : 0;
  page.end = page.tables.sessions.reduce((end, row) => Math.max(end, row.closed ?? 0), last);
  const numbers = new Map(page.log.map((row, i) => [row.number, i]));
  page.byNumber = (number) => page.log[numbers.get(number)];
  return page;
};

const follow = (event) => {
  const link = event.target.closest('#findings .link');
  if (!link) return;
  const { session, frame, of } = link.dataset;
  if (session !== undefined) sessions.choose(session);
  else frames.go((row) => row.frame === Number(frame) && (of === undefined || row.session === of || row.session === null));
};

const painted = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });

const start = async () => {
  const page = await load();
  theme.start();
  await Promise.all([sessions.start(page), frames.start(page)]);
  sessions.listeners.push((session) => frames.only(session));
  document.addEventListener('click', follow);
  byId('state').hidden = true; // the tables can be used while the pictures are drawn
  await painted();
  lifelines.start(page);
  charts.start(page);
  upgrades.start(page);
  rooms.start(page);
  document.documentElement.dataset.ready = 'yes';
};

start().catch((error) => {
  byId('state').hidden = false;
  byId('state').textContent = `This browser could not unpack the page (${error.message}); a current Firefox, Chrome, Edge or Safari can.`;
  throw error;
});
