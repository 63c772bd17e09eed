// Says what a captured server said: each packet once as many of the client's have come as had come then. The script, a
// file, is a list of sessions in the order of their beginnings: {packets: [{sent, kind, nsp, event, id, data, blobs}], closes}.
'use strict';
const fs = require('fs');
const path = require('path');

function valueOf(packet) {
  const blobs = packet.blobs.map((text) => Buffer.from(text, 'base64'));
  if (packet.data === null) return [];
  return JSON.parse(packet.data, (name, value) => (value && value._placeholder ? blobs[value.num] : value));
}

class Session {
  constructor(script) {
    this.script = script;
    this.heard = 0;
    this.next = 0;
    this.sockets = new Map();
    this.asked = new Map();
  }

  // What the captured server said to this request to join a namespace.
  answer(name) {
    const turn = this.asked.get(name) || 0;
    this.asked.set(name, turn + 1);
    return outcomes([this.script], name)[turn];
  }

  // Say all that is due.
  advance(conn, recovers) {
    const { packets, closes } = this.script;
    for (; this.next < packets.length; this.next += 1) {
      const packet = packets[this.next];
      if (packet.sent) {
        if (this.heard <= packets.slice(0, this.next).filter(({ sent }) => sent).length) return;
      } else if (packet.kind === 'EVENT' || packet.kind === 'ACK' || packet.kind === 'DISCONNECT') {
        const socket = this.sockets.get(packet.nsp);
        if (!socket) return;
        this.say(socket, packet, recovers);
      }
    }
    if (closes) setTimeout(() => conn.close(), 20);
  }

  say(socket, packet, recovers) {
    if (packet.kind === 'DISCONNECT') return void socket.disconnect();
    const values = valueOf(packet);
    if (packet.kind === 'ACK') return void socket.ack(packet.id)(...values);
    if (recovers) values.pop(); // the offset, which the library adds itself
    socket.emit(packet.event, ...values, ...(packet.id === null ? [] : [() => {}]));
  }
}

function outcomes(sessions, name) {
  return sessions.flatMap(({ packets }) => packets.filter(({ sent, kind, nsp }) => !sent && nsp === name && kind.startsWith('CONNECT')));
}

function refuse(packet, next) {
  const data = valueOf(packet);
  next(Object.assign(new Error(typeof data === 'string' ? data : data.message), { data: data.data }));
}

exports.serve = (io, folder, file) => {
  const sessions = JSON.parse(fs.readFileSync(file, 'utf8'));
  const recovers = !!(io.opts && io.opts.connectionStateRecovery);
  const known = new Map();
  const of = (conn) => {
    if (!known.has(conn.id)) known.set(conn.id, new Session(sessions[known.size]));
    return known.get(conn.id);
  };
  const loaded = require(path.join(folder, 'client.js'));
  const Client = (loaded.Client || loaded).prototype;
  const original = Client.ondecoded;
  Client.ondecoded = function (packet) {
    original.call(this, packet);
    const session = of(this.conn);
    session.heard += 1;
    session.advance(this.conn, recovers);
  };
  const names = new Set(sessions.flatMap(({ packets }) => packets.map(({ nsp }) => nsp)));
  for (const name of names) {
    const answers = outcomes(sessions, name);
    if (answers.every(({ kind, data }) => kind === 'CONNECT_ERROR' && /invalid namespace/i.test(data))) continue;
    const namespace = io.of(name);
    namespace.use((socket, next) => {
      const own = of(socket.conn).answer(name);
      return own && own.kind === 'CONNECT_ERROR' ? refuse(own, next) : next();
    });
    namespace.on('connection', (socket) => {
      const session = of(socket.conn);
      session.sockets.set(name, socket);
      setImmediate(() => session.advance(socket.conn, recovers));
    });
  }
};
