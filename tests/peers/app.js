// What the peers say to each other: namespaces, events and acks both ways, binary both ways, a refusal. Fixed, but for ids and times.
'use strict';

const picture = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7) % 256));
const words = ['hello', 'naïve café', '日本語テキスト', '🎉 party', 'a "quoted" \\ line\nand another'];
const EVERY = 250; // milliseconds between two things that a peer does

function serve(io) {
  io.on('connection', (socket) => {
    let turn = 0;
    socket.emit('welcome', { room: 'lobby', members: 3, topic: null });
    socket.on('say', (text, number, ack) => {
      socket.emit('said', text, number);
      if (ack) ack('heard', text.length);
    });
    socket.on('file', (name, bytes, ack) => {
      socket.emit('thumbnail', { name, small: bytes.slice(0, 16), large: bytes.slice(0, 64) });
      ack({ name, copy: bytes });
    });
    const timer = setInterval(() => socket.emit('question', ++turn, () => {}), EVERY * 2);
    socket.on('disconnect', () => clearInterval(timer));
  });
  io.of('/chat').on('connection', (socket) => {
    socket.on('message', (text, ack) => ack({ ok: true, text }));
  });
  io.of('/secret').use((socket, next) => next(new Error('not allowed')));
}

function talk(manager, wish, done) {
  const auth = wish.generation < 3 ? { query: 'token=abc&lang=fr' } : { auth: { token: 'abc', lang: 'fr' } };
  const socket = manager.socket('/');
  const chat = manager.socket('/chat', auth);
  const secret = manager.socket('/secret');
  let turn = 0;
  let bye = false;
  let timer = null;
  secret.on('error', () => {}); // revision 4 tells a refusal so
  socket.on('question', (number, ack) => ack('answer', number * 2));
  socket.on('connect', () => {
    socket.emit('say', 'before the upgrade', 0, () => {});
    timer = setInterval(() => step(turn++), EVERY);
  });
  socket.on('disconnect', () => {
    clearInterval(timer);
    if (!bye) done(0); // someone else ended it
  });
  socket.on('connect_error', () => done(1));

  function step(number) {
    if (number * EVERY >= wish.seconds * 1000) return leave();
    if (number % 4 === 1) socket.emit('file', `picture-${number}.png`, picture.slice(0, 100 + number), () => {});
    else if (number % 4 === 2) chat.emit('message', words[number % words.length], () => {});
    else socket.emit('say', words[number % words.length], number * 1.5, ...(number % 4 ? [() => {}] : []));
  }

  function leave() {
    bye = true;
    chat.disconnect();
    setTimeout(() => {
      secret.disconnect();
      socket.disconnect();
      done(0);
    }, EVERY);
  }

  for (const each of [socket, chat, secret]) each.open();
}

module.exports = { serve, talk };
