// The clients of the load capture, all in one process, each with a few events in flight.
// argv: PORT CLIENTS EXCHANGES (all clients together) [http2] [tls]; with http2 all poll, on one connection. Ends by itself when all exchanges are done.
'use strict';
const path = require('path');
const peers = path.join(__dirname, '..', 'tests', 'peers');
const library = path.join(peers, 'node_modules', 'client-4');
const polled = process.argv.slice(5).includes('http2');
if (polled) require(path.join(peers, 'xhr2')).install(path.dirname(require.resolve(library)), require(path.join(peers, 'http2_request')).XMLHttpRequest);
const { io } = require(library);

const [port, clients, exchanges] = process.argv.slice(2, 5).map(Number);
const scheme = process.argv.slice(5).includes('tls') ? 'https' : 'http';
const WINDOW = 2; // events in flight a client
const each = Math.ceil(exchanges / clients);
let open = clients;

function player(number) {
  const transports = [polled ? 'polling' : 'websocket'];
  const socket = io(`${scheme}://127.0.0.1:${port}`, { transports, forceNew: true, reconnection: false, rejectUnauthorized: false });
  let sent = 0;
  let done = 0;
  const send = () => {
    if (sent >= each) return;
    const seq = sent++;
    const body = { seq, player: `player-${number}`, x: Math.sin(seq) * 500, y: Math.cos(seq) * 500, keys: ['w', 'shift'] };
    if (seq % 4) socket.emit('position', body);
    else socket.emit('position', body, () => {});
  };
  socket.on('connect', () => {
    for (let i = 0; i < WINDOW; i++) send();
  });
  socket.on('state', (state, ack) => {
    if (ack) ack('seen', state.seq);
    done++;
    if (done < each) return send();
    setTimeout(() => socket.disconnect(), 200); // the last acks pass first
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') process.exitCode = 1;
    if (--open === 0) setTimeout(() => process.exit(), 200);
  });
  socket.on('connect_error', (error) => {
    console.error(String(error));
    process.exit(1);
  });
}
for (let i = 0; i < clients; i++) player(i);
