// A real client of one generation. argv: JSON {generation, port or url, options, parser, truth, number, seconds, xhr2, grace}. Ends by itself.
'use strict';
const path = require('path');
const app = require('./app');
const { locate, parserOptions, settings } = require('./library');
const { Truth, before } = require('./truth');

const wish = settings();
if (wish.xhr2) require('./xhr2').install(path.dirname(require.resolve(`client-${wish.generation}`)));
if (wish.http2) require('./xhr2').install(path.dirname(require.resolve(`client-${wish.generation}`)), require('./http2_request').XMLHttpRequest);
const library = locate(`client-${wish.generation}`, 'engine.io-client');
const truth = new Truth(wish.truth, { side: 'client', client: wish.number });

function sidOf(transport, packet) {
  return packet.type === 'open' ? JSON.parse(packet.data).sid : transport.query.sid;
}

function hookTransports() {
  const where = (transport, packet) => ({ sid: sidOf(transport, packet), transport: transport.name });
  before(library.part('transport.js', 'Transport').prototype, 'onPacket', (transport, [packet]) => {
    truth.engine(where(transport, packet), 's2c', packet);
  });
  const files = ['polling.js', 'websocket.js'].map((file) => path.join('transports', file));
  const classes = [library.part(files[0], 'Polling'), library.part(files[1], 'BaseWS')];
  for (const { prototype } of classes) {
    before(prototype, 'write', (transport, [packets]) => {
      for (const packet of packets) truth.engine(where(transport, packet), 'c2s', packet);
    });
  }
}

function hookManager(Manager) {
  const where = ({ engine }) => ({ sid: engine.id, transport: engine.transport.name, revision: wish.generation < 3 ? 4 : 5 });
  before(Manager, '_packet' in Manager ? '_packet' : 'packet', (manager, [packet]) => {
    if (!manager.encoding) truth.socket(where(manager), 'c2s', packet); // one that must wait comes again
  });
  before(Manager, 'ondecoded', (manager, [packet]) => truth.socket(where(manager), 's2c', packet));
}

function hookSession(manager) {
  const { engine } = manager;
  let sid; // the library forgets its own before it tells of the close
  engine.on('handshake', (data) => {
    sid = data.sid;
    truth.lifecycle('handshake', { sid, data });
  });
  engine.on('upgrade', (transport) => truth.lifecycle('upgrade', { sid, to: transport.name }));
  engine.on('upgradeError', (error) => truth.lifecycle('upgrade_error', { sid, reason: String(error) }));
  engine.on('close', (reason) => truth.lifecycle('session_close', { sid, reason }));
}

hookTransports();
console.log(JSON.stringify({ ready: true, versions: library.versions }));
hookManager(library.module.Manager.prototype);
const options = { reconnection: false, forceNew: true, autoConnect: false, ...wish.options, ...parserOptions(wish.parser) };
const manager = new library.module.Manager(wish.url || `${wish.scheme || 'http'}://127.0.0.1:${wish.port}`, options);
manager.open(() => {});
hookSession(manager);
app.talk(manager, wish, (code) => setTimeout(() => process.exit(code), wish.grace || 200));
setTimeout(() => process.exit(2), 60000).unref(); // never longer, whatever happens
