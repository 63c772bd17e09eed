"""What a failure is made of, and the code that all of its peers begin with."""

from __future__ import annotations

from dataclasses import dataclass

SERVER = """
const http = require('http');
const port = Number(process.argv[1]);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const up = (web) => web.listen(port, '127.0.0.1', () => console.log('ready'));
const serve = (generation, options, talk = () => {}) => {
  const web = http.createServer();
  const library = require(`server-${generation}`);
  const io = new (library.Server || library)(web, { pingInterval: 400, pingTimeout: 600, ...options });
  io.on('connection', (socket) => talk(socket, io));
  up(web);
  return io;
};
"""
CLIENT = """
const http = require('http'), net = require('net'), WebSocket = require('ws');
const port = Number(process.argv[1]);
const url = `http://127.0.0.1:${port}`;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const sockets = [];
const connect = (generation, options) => {
  sockets.push(require(`client-${generation}`)(url, { reconnection: false, forceNew: true, ...options }));
  return sockets.at(-1);
};
const ask = (method, query, body, headers = {}) => new Promise((done) => {
  const path = `/socket.io/?EIO=4&transport=polling${query}`;
  const request = http.request(url + path, { method, headers, agent: false }, (answer) => {
    let text = '';
    answer.on('data', (part) => (text += part));
    answer.on('end', () => done(text));
  });
  request.on('error', () => done(''));
  request.end(body);
});
const raw = (query = '&EIO=4', sid = '') => new Promise((done) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?transport=websocket${query}${sid && '&sid=' + sid}`);
  socket.on('open', () => sid && done(socket));
  socket.on('message', (data) => {
    if (data.toString()[0] === '0') done(socket);
    else if (data.toString() === '2' && !socket.mute) socket.send('3');
  });
  socket.on('error', () => done(socket));
});
const open = async () => JSON.parse((await ask('GET', '')).slice(1)).sid;
const browse = (script) => {
  const io = require('fs').readFileSync(`${process.env.NODE_PATH}/client-4/dist/socket.io.js`);
  const page = http.createServer((asked, answer) => {
    answer.setHeader('content-type', asked.url === '/io.js' ? 'text/javascript' : 'text/html');
    answer.end(asked.url === '/io.js' ? io : `<script src="/io.js"></script><script>${script}</script>`);
  });
  page.listen(0, '127.0.0.1', () => {
    const profile = require('fs').mkdtempSync(require('path').join(require('os').tmpdir(), 'page-'));
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
    const where = `http://127.0.0.1:${page.address().port}/`;
    const browser = require('child_process').spawn('chromium', [...flags, where], { stdio: 'ignore' });
    process.on('exit', () => browser.kill());
  });
};
const leave = async () => {
  for (const socket of sockets) socket.disconnect();
  await sleep(150);
  process.exit(0);
};
const end = (ms = 0) => sleep(ms).then(leave);
process.on('uncaughtException', (error) => console.log(String(error)));
console.log('go');
"""
PROXY = """
const net = require('net');
const [port, back] = process.argv.slice(1).map(Number);
const forward = (up, down) => net.createServer((client) => {
  const server = net.connect(back, '127.0.0.1');
  const ends = (from, to) => from.on('end', () => to.end()).on('error', () => to.destroy());
  ends(client, server).on('data', (data) => up(data, server, client));
  ends(server, client).on('data', (data) => down(data, client, server));
}).listen(port, '127.0.0.1', () => console.log('ready'));
const pass = (data, to) => to.write(data);
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """A server, a client, perhaps something between them, and what is done to them from outside."""

    name: str
    codes: tuple[str, ...]
    """Codes of findings that it must give, of severity error and warning no other."""
    story: str
    server: str
    """JavaScript behind `SERVER`, or Python that begins with ``#python``."""
    client: str
    """JavaScript behind `CLIENT`; ends by itself."""
    proxy: str = ""
    """JavaScript behind `PROXY`."""
    nginx: str = ""
    """Directives of its location."""
    servers: int = 1
    record: str = "front"
    """Where: ``front`` (at the client), ``back`` (at the servers), ``both``."""
    acts: tuple[tuple[float, str], ...] = ()
    """Seconds to wait, then what to do: ``freeze``, ``thaw`` or ``kill``, ``client`` or ``server``; ``restart "
        "server``."""
