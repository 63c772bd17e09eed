// Clients that time every exchange, all in one process, over WebSocket to load_server.js.
// argv: PORT CLIENTS EXCHANGES (all clients together) RATE (exchanges a second, all together; 0: as fast as answers come).
// Prints JSON at the end: seconds from the first event to the last answer, and ms of the p50, p99 and worst round trip.
'use strict';
const path = require('path');
const { io } = require(path.join(__dirname, '..', 'tests', 'peers', 'node_modules', 'client-4'));

const [port, clients, exchanges, rate] = process.argv.slice(2).map(Number);
const WINDOW = 4; // events in flight a client, where answers give the pace
const each = Math.ceil(exchanges / clients);
const trips = [];
let open = clients;
let begun = 0n;

function report() {
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const sorted = Float64Array.from(trips).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  console.log(JSON.stringify({ exchanges: trips.length, seconds, p50: at(0.5), p99: at(0.99), worst: at(1) }));
}

function player(number) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, reconnection: false });
  const asked = new Map();
  let sent = 0;
  const send = () => {
    if (sent >= each) return;
    const seq = sent++;
    asked.set(seq, process.hrtime.bigint());
    const body = { seq, player: `player-${number}`, x: Math.sin(seq) * 500, y: Math.cos(seq) * 500, keys: ['w', 'shift'] };
    if (seq % 4) socket.emit('position', body);
    else socket.emit('position', body, () => {});
  };
  socket.on('state', (state, ack) => {
    if (ack) ack('seen', state.seq);
    trips.push(Number(process.hrtime.bigint() - asked.get(state.seq)) / 1e6);
    asked.delete(state.seq);
    if (trips.length === each * clients) report();
    if (!rate) send();
    if (sent === each && !asked.size) setTimeout(() => socket.disconnect(), 200); // the last acks pass first
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') process.exitCode = 1;
    if (--open === 0) setTimeout(() => process.exit(), 100);
  });
  socket.on('connect_error', (error) => {
    console.error(String(error));
    process.exit(1);
  });
  return { socket, send };
}

// One after the other, so that none waits for the others' handshakes.
const players = [];
function next() {
  const made = player(players.length);
  players.push(made);
  made.socket.once('connect', () => (players.length < clients ? next() : begin()));
}

function begin() {
  begun = process.hrtime.bigint();
  if (!rate) for (const { send } of players) for (let i = 0; i < WINDOW; i++) send();
  else players.forEach(({ send }, i) => setTimeout(() => setInterval(send, (1000 * clients) / rate), (1000 * i) / rate));
}
next();
