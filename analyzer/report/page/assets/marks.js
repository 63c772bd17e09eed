// Marks on the time line: what each kind is called, looks like and is taken from. Each mark knows the row it stands for.

const MARKS = [
  { name: 'event', symbol: 'rect', size: [2, 14], color: 'ink', of: (row) => row.event !== null || row.type === 'EVENT' },
  { name: 'ack', symbol: 'diamond', size: 7, color: 'webtransport', of: (row) => row.type === 'ACK' || row.type === 'BINARY_ACK' },
  { name: 'heartbeat', symbol: 'circle', size: 5, color: 'soft', of: (row) => isBeat(row) && row.type === 'ping', lift: -1 },
  { name: 'namespace joined or left', symbol: 'triangle', size: 9, color: 'link', of: (row) => ['CONNECT', 'DISCONNECT', 'CONNECT_ERROR'].includes(row.type) },
  { name: 'oddity', symbol: 'pin', size: 15, color: 'error', of: (row) => row.issue !== null && row.layer !== 'capture' },
  { name: 'transport closed', symbol: 'rect', size: [4, 20], color: 'warning', of: (row) => (row.layer === 'websocket' || row.layer === 'engine.io') && row.type === 'close' },
];
const CROWD = 4000;

/** Series of marks of these rows; `place` gives the line of a session, or -1. */
const markSeries = (rows, place) => MARKS.map((mark) => {
  const data = [];
  for (const row of rows) {
    const line = mark.of(row) ? place(row.session) : -1;
    if (line >= 0) data.push([row.time / 1e9, line, row.number]);
  }
  return {
    name: mark.name, type: 'scatter', data, symbol: mark.symbol, symbolSize: mark.size, z: 5,
    symbolOffset: mark.lift ? [0, 11 * mark.lift] : [0, 0], itemStyle: { color: theme.color(mark.color), opacity: 0.8 },
    large: data.length > CROWD, largeThreshold: CROWD,
  };
}).filter((series) => series.data.length);
