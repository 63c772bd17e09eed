// The server of the load capture. Answers every `position` with a `state`, asks for an ack on some of them.
// argv: PORT [http2: only polled, over HTTP/2] [PEM: a file with certificate and key, for TLS]. Prints "listening", and at SIGTERM
// the number of Engine.IO packets it sent and received, as JSON.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const path = require('path');
const { Server } = require(path.join(__dirname, '..', 'tests', 'peers', 'node_modules', 'server-4'));

const [port, ...how] = process.argv.slice(2);
const polled = how.includes('http2');
const pem = how.find((word) => word !== 'http2');
const secrets = pem && { key: fs.readFileSync(pem), cert: fs.readFileSync(pem) };
const http2 = () => (pem ? require('http2').createSecureServer(secrets) : require('http2').createServer());
const server = polled ? http2() : pem ? https.createServer(secrets) : http.createServer();
const io = new Server(server, { transports: [polled ? 'polling' : 'websocket'], pingInterval: 2000, pingTimeout: 5000 });
const count = { sent: 0, received: 0 };
const NOTES = ['idle', 'moving', 'turning to the left', 'waiting for the others', 'charging, 41 % left'];

io.engine.on('connection', (raw) => {
  count.sent++; // the open packet, sent before this hook
  raw.on('packetCreate', () => count.sent++);
  raw.on('packet', () => count.received++);
});
io.on('connection', (socket) => {
  let turn = 0;
  socket.on('position', (body, ack) => {
    turn++;
    if (ack) ack({ ok: true, seq: body.seq });
    const state = { seq: body.seq, player: body.player, x: body.x, y: body.y, score: turn * 7, note: NOTES[turn % NOTES.length] };
    if (turn % 5) socket.emit('state', state);
    else socket.emit('state', state, () => {});
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => {
  console.log(JSON.stringify(count));
  process.exit(0);
});
