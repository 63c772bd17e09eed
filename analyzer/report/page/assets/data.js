// What the page holds: packed columns in, plain objects out. The other end is analyzer/report/page/columns.py.

/** The packed object: base64, gzip, JSON. */
const unpack = async () => {
  const text = byId('data').textContent;
  const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
};

const reader = (column) => {
  if (Array.isArray(column)) return (i) => column[i];
  const { values, codes } = column;
  return (i) => (codes[i] < 0 ? null : values[codes[i]]);
};

/** The rows of a packed table. */
const rowsOf = (packed) => {
  const names = Object.keys(packed.columns);
  const readers = names.map((name) => reader(packed.columns[name]));
  const found = new Array(packed.rows);
  for (let i = 0; i < packed.rows; i += 1) {
    const row = {};
    for (let j = 0; j < names.length; j += 1) row[names[j]] = readers[j](i);
    found[i] = row;
  }
  return found;
};

/** Each session id to a form short enough for a column, alike for none. */
const shortIds = (ids) => {
  const found = new Map();
  const taken = new Set();
  for (const id of ids) {
    if (id === null || found.has(id)) continue;
    const whole = visible(id.slice(0, 200));
    let short = whole.length > 10 ? `${whole.slice(0, 8)}…` : whole;
    for (let n = 2; taken.has(short); n += 1) short = `${whole.slice(0, 8)}…#${n}`;
    taken.add(short);
    found.set(id, short);
  }
  return found;
};

/** The log's time of a moment, as ISO 8601 with nine digits. */
const stamp = (base, ns) => {
  const moment = BigInt(base) + BigInt(ns);
  const ms = Number(moment / 1000000n);
  return `${new Date(ms).toISOString().slice(0, -1)}${String(moment % 1000000n).padStart(6, '0')}Z`;
};

const BEATS = new Set(['ping', 'pong']);
const isBeat = (row) => row.layer === 'engine.io' && BEATS.has(row.type);
