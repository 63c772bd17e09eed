// A real server of one generation. argv: JSON {generation, port, options, parser, page, truth, script}. Prints a line with "ready".
'use strict';
const http = require('http');
const path = require('path');
const app = require('./app');
const { locate, packageOf, parserOptions, settings } = require('./library');
const { Truth, before } = require('./truth');

const wish = settings();
const library = locate(`server-${wish.generation}`, 'engine.io');
const truth = new Truth(wish.truth, { side: 'server' });

function hookTransports() {
  const where = (transport) => ({ sid: transport.truthSid, transport: transport.name });
  const join = (socket, [transport]) => {
    transport.truthSid = socket.id;
  };
  const Socket = library.part('socket.js', 'Socket').prototype;
  before(Socket, 'setTransport', join);
  before(Socket, '_maybeUpgrade' in Socket ? '_maybeUpgrade' : 'maybeUpgrade', (socket, [transport]) => {
    join(socket, [transport]);
    truth.lifecycle('upgrade_attempt', { sid: socket.id, to: transport.name });
  });
  before(library.part('transport.js', 'Transport').prototype, 'onPacket', (transport, [packet]) => {
    truth.engine(where(transport), 'c2s', packet);
  });
  for (const [file, name] of [['polling.js', 'Polling'], ['websocket.js', 'WebSocket']]) {
    before(library.part(path.join('transports', file), name).prototype, 'send', (transport, [packets]) => {
      for (const packet of packets) truth.engine(where(transport), 's2c', packet);
      if (transport.shouldClose) truth.engine(where(transport), 's2c', { type: 'close' });
    });
  }
}

function hookClients() {
  const loaded = require(path.join(library.folder, 'client.js'));
  const Client = (loaded.Client || loaded).prototype;
  const where = ({ conn }) => ({ sid: conn.id, transport: conn.transport.name, revision: wish.generation < 3 ? 4 : 5 });
  before(Client, '_packet' in Client ? '_packet' : 'packet', (client, [packet, options]) => {
    if (client.conn.readyState === 'open' && !(options && options.preEncoded)) truth.socket(where(client), 's2c', packet);
  });
  before(Client, 'ondecoded', (client, [packet]) => truth.socket(where(client), 'c2s', packet));
}

function hookSessions(engine) {
  engine.on('connection', (session) => {
    const { sid, EIO } = session.request._query;
    const path = session.request.url;
    truth.lifecycle('session_open', { sid: session.id || sid, transport: session.transport.name, protocol: Number(EIO || 3), path });
    session.on('upgrade', (transport) => truth.lifecycle('upgrade', { sid: session.id, to: transport.name }));
    session.on('close', (reason) => truth.lifecycle('session_close', { sid: session.id, reason }));
  });
  engine.on('connection_error', ({ code, message }) => truth.lifecycle('connection_error', { code, reason: message }));
}

hookTransports();
hookClients();
const web = wish.tls ? require('./secure').listenerOf(wish.tls) : wish.http2 ? require('http2').createServer() : http.createServer();
if (wish.page) web.on('request', (request, response) => request.url.startsWith('/socket.io/') || response.end('<!doctype html><link rel=icon href=data:,>'));
const Server = library.module.Server || library.module;
const io = new Server(web, { ...wish.options, ...parserOptions(wish.parser) });
hookSessions(io.engine || io.eio);
if (wish.tls) require('./secure').takeWebSockets(web, io.engine, library.folder);
if (wish.script) require('./mirror').serve(io, library.folder, wish.script);
else app.serve(io, wish.generation);
web.listen(wish.port, '127.0.0.1', () => {
  if (wish.parser) library.versions['socket.io-msgpack-parser'] = packageOf(require.resolve('socket.io-msgpack-parser')).version;
  console.log(JSON.stringify({ ready: true, node: process.versions.node, versions: library.versions }));
});
process.on('SIGTERM', () => process.exit(0));
