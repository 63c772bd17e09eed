// Which frames are shown: what is typed is looked for in everything a row says, the choosers narrow it down.

const SEARCHED = ['event', 'data', 'session', 'type', 'layer', 'url', 'namespace', 'issue', 'detail', 'headers', 'source'];

const searchable = (row) => {
  if (row.haystack === undefined) {
    row.haystack = SEARCHED.map((name) => row[name] ?? '').join('\n').toLowerCase();
  }
  return row.haystack;
};

/** The filters of the form as one function of a row; null where everything is shown. */
const wantedRows = () => {
  const tests = [];
  const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const [id, name] of [['by-session', 'session'], ['by-type', 'type'], ['by-namespace', 'namespace'], ['by-direction', 'direction']]) {
    const wanted = byId(id).value;
    if (wanted) tests.push((row) => row[name] === wanted);
  }
  if (byId('no-beats').checked) tests.push((row) => !isBeat(row));
  if (byId('only-issues').checked) tests.push((row) => row.issue !== null);
  if (words.length) tests.push((row) => words.every((word) => searchable(row).includes(word) || String(row.frame) === word));
  return tests.length ? (row) => tests.every((test) => test(row)) : null;
};

/** Fills a chooser with the values of a column, commonest first. */
const offer = (id, rows, name, show) => {
  const counts = new Map();
  for (const row of rows) if (row[name] !== null) counts.set(row[name], (counts.get(row[name]) || 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 2000);
  byId(id).append(...sorted.map(([value, n]) => make('option', { value }, `${show(value)} (${count(n)})`)));
};
