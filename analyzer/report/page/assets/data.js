// What the page holds: packed columns in, plain objects out. The other end is analyzer/report/page/columns.py.

/** The packed object: base64, gzip, JSON. */
const unpack = async () => {
  const binary = atob(byId('data').textContent);
  const raw = new Uint8Array(binary.length);
  for (let i = 0; i < raw.length; i += 1) raw[i] = binary.charCodeAt(i);
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
};

/** What a packed column holds in row `i`. */
const reader = (column) => {
  if (Array.isArray(column)) return (i) => column[i];
  const values = [null, ...column.values];
  const codes = atob(column.codes);
  if (column.width === 0) return () => values[1];
  if (column.width === 1) return (i) => values[codes.charCodeAt(i)];
  return (i) => values[codes.charCodeAt(2 * i) * 256 + codes.charCodeAt(2 * i + 1)];
};

/** The rows of a packed table: objects that know their place alone and read a column when they are asked for it. */
const rowsOf = (packed) => {
  class Row {
    constructor(place) {
      this.place = place;
    }
  }
  Row.prototype.names = Object.keys(packed.columns);
  for (const name of Row.prototype.names) {
    const read = reader(packed.columns[name]);
    const get = function get() { return read(this.place); };
    Object.defineProperty(Row.prototype, name, { get, set() {} }); // a table writes into its rows what it has read from them
  }
  return Array.from({ length: packed.rows }, (_, i) => new Row(i));
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
