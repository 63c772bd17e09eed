// A server with everything that differs from run to run, and changes to it. argv: JSON {generation, port, change, options, parser}.
'use strict';
const crypto = require('crypto');
const http = require('http');
const { locate, parserOptions, settings } = require('./library');

const wish = settings();
const change = wish.change || '';
const library = locate(`server-${wish.generation}`, 'engine.io');
const web = http.createServer();
const Server = library.module.Server || library.module;
const io = new Server(web, { ...wish.options, ...parserOptions(wish.parser) });
let orders = 10000 + Math.floor(Math.random() * 1e6);

function serve(socket) {
  const later = (work) => setTimeout(work, Math.random() * 20);
  socket.emit('welcome', { at: Date.now(), day: new Date().toISOString(), session: crypto.randomUUID() });
  socket.on('join', (room, ack) => {
    socket.join(room);
    io.to(room).emit(change === 'renamed' ? 'arrived' : 'joined', { room, who: socket.id });
    ack({ room });
  });
  socket.on('order', (item, ack) => {
    const id = ++orders;
    const answer = change === 'moved' ? { order: { id }, item } : { id, item, hash: crypto.randomBytes(16).toString('hex') };
    if (change === 'dropped') delete answer.item;
    setTimeout(() => ack(answer), change === 'slower' ? 400 : 15);
  });
  socket.on('pay', (id, ack) => {
    if (change !== 'silent') ack(id === orders ? 'paid' : 'no such order');
    for (const name of ['stock', 'invoice', 'mail']) later(() => socket.emit(name, { id, name }));
  });
  socket.on('file', (bytes, ack) => ack({ copy: bytes, half: bytes.slice(0, bytes.length / 2) }));
  socket.on('fail', (ack) => ack({ error: 'as always' }));
  socket.on('ask', () => socket.emit('question', 1, (answer) => socket.emit('thanks', answer)));
}

io.on('connection', serve);
io.of('/admin').use((socket, next) => next(new Error('not allowed')));
web.listen(wish.port, '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
