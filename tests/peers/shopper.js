// The client of shop.js. argv: JSON {generation, port, options, parser}. Ends by itself.
'use strict';
const { locate, parserOptions, settings } = require('./library');

const wish = settings();
const library = locate(`client-${wish.generation}`, 'engine.io-client');
const options = { reconnection: !!wish.recover, reconnectionDelay: 50, forceNew: true, ...wish.options, ...parserOptions(wish.parser) };
const socket = library.module(`http://127.0.0.1:${wish.port}`, options);
const admin = socket.io.socket('/admin');
admin.on('error', () => {});
admin.open();

const ask = (name, ...args) => new Promise((resolve) => socket.emit(name, ...args, resolve));
const hear = (name) => new Promise((resolve) => socket.once(name, resolve));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

socket.on('question', (number, ack) => ack(`answer ${number}`));
socket.once('connect', async () => {
  if (wish.recover) return recover();
  await ask('join', 'lobby');
  const { id } = await ask('order', 'tea');
  await pause(30);
  const mails = Promise.all(['stock', 'invoice', 'mail'].map(hear));
  await ask('pay', id);
  await mails;
  await ask('file', Buffer.from(Array.from({ length: 200 }, (_, i) => i)));
  await ask('fail');
  const thanks = hear('thanks');
  socket.emit('ask');
  await thanks;
  await pause(30);
  socket.disconnect();
  setTimeout(() => process.exit(0), 100);
});
// Lose the connection and come back with pid and offset.
async function recover() {
  await ask('join', 'lobby');
  await pause(100);
  socket.io.engine.close();
  await hear('connect');
  await ask('join', 'hall');
  await pause(100);
  socket.disconnect();
  setTimeout(() => process.exit(socket.recovered ? 0 : 3), 100);
}

setTimeout(() => process.exit(2), 20000).unref();
