// What replays are measured against: acknowledges every message. argv: port. Prints "ready".
'use strict';
const http = require('http');
const path = require('path');
const { Server } = require(require.resolve('server-4', { paths: [path.join(__dirname, '..', 'tests', 'peers')] }));

const web = http.createServer();
const io = new Server(web);
io.on('connection', (socket) => socket.on('message', (number, text, ack) => ack(number)));
web.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
