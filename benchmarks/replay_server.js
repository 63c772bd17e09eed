// What replays are measured against: acknowledges every message. argv: port, messages of a run.
// Prints "ready", and of each run "begin" with its first client and "end" with its last message.
'use strict';
const http = require('http');
const path = require('path');
const { Server } = require(require.resolve('server-4', { paths: [path.join(__dirname, '..', 'tests', 'peers')] }));

const [port, messages] = process.argv.slice(2).map(Number);
const web = http.createServer();
const io = new Server(web);
let begun = false;
let count = 0;
io.on('connection', (socket) => {
  if (!begun) console.log('begin');
  begun = true;
  socket.on('message', (number, text, ack) => {
    ack(number);
    count += 1;
    if (count !== messages) return;
    console.log('end');
    count = 0;
    begun = false;
  });
});
web.listen(port, '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
