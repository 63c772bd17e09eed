// A server with rooms and clients in them, in one process: prints what the server itself knows of its rooms, as JSON.
// Two Socket.IO servers (the second speaks msgpack) share rooms, as servers behind an adapter do. argv: port.
'use strict';
const http = require('http');
const { Server } = require('server-4');
const { io: connect } = require('client-4');
const msgpack = require('socket.io-msgpack-parser');

const port = Number(process.argv[2]);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const web = http.createServer();
const options = { pingInterval: 1000, pingTimeout: 1000 };
const servers = [new Server(web, options), new Server(web, { ...options, path: '/packed/', parser: msgpack })];
const truth = {};

const enter = (socket, space, room) => {
  socket.join(room);
  const known = (truth[`${space} ${room}`] ||= { namespace: space, room, ever: [], now: [] });
  if (!known.ever.includes(socket.conn.id)) known.ever.push(socket.conn.id);
  known.now.push(socket.conn.id);
};
const leave = (socket, space, room) => {
  socket.leave(room);
  const known = truth[`${space} ${room}`];
  known.now = known.now.filter((id) => id !== socket.conn.id);
};
const all = (space, room, event, ...given) => {
  for (const server of servers) (room ? server.of(space).to(room) : server.of(space)).emit(event, ...given);
};
const others = (socket, space, room, event, ...given) => {
  for (const server of servers) {
    (server === socket.nsp.server ? socket : server.of(space)).to(room).emit(event, ...given);
  }
};

for (const server of servers) {
  for (const space of ['/', '/game']) {
    server.of(space).on('connection', (socket) => {
      enter(socket, space, '(all)');
      socket.on('join', (room) => enter(socket, space, room));
      socket.on('leave', (room) => leave(socket, space, room));
      socket.on('say', (room, text) => others(socket, space, room, 'said', text));
      socket.on('move', (room, at) => all(space, room, 'moved', at));
      socket.on('check', () => socket.emit('fine'));
    });
  }
}

const client = async (space, rooms, more = {}) => {
  const packed = more.parser !== undefined;
  const socket = connect(`http://127.0.0.1:${port}${space}`, { forceNew: true, path: packed ? '/packed/' : '/socket.io/', ...more });
  await new Promise((done) => socket.on('connect', done));
  for (const room of rooms) socket.emit('join', room);
  await sleep(30);
  return socket;
};

const main = async () => {
  await new Promise((done) => web.listen(port, '127.0.0.1', done));
  const polling = { transports: ['polling'] };
  const websocket = { transports: ['websocket'] };
  const ann = await client('/', ['red', 'news'], polling);
  const bob = await client('/', ['red'], websocket);
  const cyd = await client('/', ['red']);
  const dan = await client('/', ['blue', 'news'], websocket);
  const eve = await client('/', ['blue'], polling);
  const fay = await client('/', ['blue']);
  const gus = await client('/', [], websocket);
  const mia = await client('/', ['red'], { ...websocket, parser: msgpack });
  const max = await client('/', ['news'], { ...websocket, parser: msgpack });
  const one = await client('/game', ['table'], websocket);
  const two = await client('/game', ['table'], polling);
  const six = await client('/game', ['table'], { ...websocket, parser: msgpack });
  await sleep(700);
  for (let n = 0; n < 6; n += 1) {
    [ann, bob, cyd, mia][n % 4].emit('say', 'red', `line ${n}`);
    await sleep(60);
    [dan, eve, fay][n % 3].emit('move', 'blue', { x: n, y: n * n });
    await sleep(60);
    all('/', 'news', 'headline', n, Buffer.from([n, 255, 0]));
    await sleep(60);
    all('/', null, 'tick', n);
    [one, two, six][n % 3].emit('say', 'table', n);
    for (const each of [ann, dan, gus]) each.emit('check'); // answers alike at the same moment, but to each alone
    await sleep(60);
  }
  gus.emit('join', 'blue');
  await sleep(60);
  for (let n = 0; n < 4; n += 1) {
    gus.emit('move', 'blue', { x: n, y: -1 });
    await sleep(60);
  }
  dan.emit('leave', 'blue');
  await sleep(60);
  for (let n = 0; n < 4; n += 1) {
    all('/', 'blue', 'beep'); // the same again before the first has reached everyone
    all('/', 'blue', 'beep');
    fay.emit('move', 'blue', { x: n, y: -2 });
    await sleep(60);
  }
  await sleep(200);
  console.log(JSON.stringify(Object.values(truth)));
  for (const each of [ann, bob, cyd, dan, eve, fay, gus, mia, max, one, two, six]) each.disconnect();
  await sleep(200);
  process.exit(0);
};

main();
