// A Socket.IO server behind a proxy that packs every answer with brotli, and a client that polls through it by fetch
// (which unpacks it). argv: JSON {port}. Prints the text of every answer to a poll, a line of JSON each.
'use strict';
const http = require('http');
const zlib = require('zlib');
const { Server } = require('server-4');
const { settings } = require('./library');

const { port } = settings();
const web = http.createServer();
const io = new Server(web, { pingInterval: 20000, httpCompression: false });
io.on('connection', (socket) => socket.on('big', (text, ack) => {
  socket.emit('echo', text + 'é€😀'.repeat(400));
  ack('ok');
}));

function forward(request, response) {
  const { method, url: path, headers } = request;
  const onward = http.request({ host: '127.0.0.1', port: web.address().port, method, path, headers, agent: false });
  onward.on('response', (answer) => {
    const packed = { ...answer.headers, 'content-encoding': 'br' };
    delete packed['content-length'];
    response.writeHead(answer.statusCode, packed);
    answer.pipe(zlib.createBrotliCompress()).pipe(response);
  });
  request.pipe(onward);
}

async function talk() {
  const base = `http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`;
  const poll = async (url) => {
    const text = await (await fetch(url)).text();
    console.log(JSON.stringify(text));
    return text;
  };
  const session = `${base}&sid=${JSON.parse((await poll(base)).slice(1)).sid}`;
  const post = async (body) => (await fetch(session, { method: 'POST', body, headers: { 'content-type': 'text/plain' } })).text();
  await post('40');
  await poll(session);
  await post('420["big","x"]');
  let answered = '';
  while (!answered.includes('430["ok"]')) answered += await poll(session);
  await post('1');
  process.exit(0);
}

web.listen(0, '127.0.0.1', () => http.createServer(forward).listen(port, '127.0.0.1', talk));
