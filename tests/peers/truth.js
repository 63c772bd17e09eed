// What the libraries say happened, one JSON object a line, appended at once to the file that the settings name.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const { performance } = require('perf_hooks');

const LONG = 1500; // UTF-16 units; longer text is told by its digest

function sha256(bytes) {
  return crypto.createHash('sha256').update(bytes).digest('hex');
}

function bytesOf(value) {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return null;
}

// A value as JSON can hold it: binary as {"$bin": sha256, "len"}, long text as {"$str": sha256, ...}.
function plain(value) {
  const bytes = bytesOf(value);
  if (bytes) return { $bin: sha256(bytes), len: bytes.length };
  if (value === undefined) return { $undef: true };
  if (typeof value === 'string' && value.length > LONG) {
    return { $str: sha256(value), len: value.length, bytes: Buffer.byteLength(value), head: value.slice(0, 40) };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

function hasBinary(value) {
  if (bytesOf(value)) return true;
  return !!value && typeof value === 'object' && Object.values(value).some(hasBinary);
}

class Truth {
  constructor(path, common) {
    this.file = fs.openSync(path, 'a');
    this.common = common;
  }

  line(fields) {
    const time = Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
    fs.writeSync(this.file, JSON.stringify({ t_ms: time, ...this.common, ...fields }) + '\n');
  }

  lifecycle(type, fields) {
    this.line({ layer: 'lifecycle', type, ...fields });
  }

  // A packet given to (or taken from) an Engine.IO transport.
  engine(where, dir, packet) {
    const content = Array.isArray(packet.data) ? packet.data.join('') : packet.data; // 2.x gives its first packet in a list
    const data = content === undefined || content === null ? {} : { data: plain(content) };
    this.line({ ...where, dir, layer: 'engine.io', type: packet.type, ...data });
  }

  // A Socket.IO packet before it is encoded (or after it was decoded).
  socket(where, dir, packet) {
    const names = ['CONNECT', 'DISCONNECT', 'EVENT', 'ACK', where.revision < 5 ? 'ERROR' : 'CONNECT_ERROR', 'EVENT', 'ACK'];
    const type = names[packet.type];
    const { revision, ...place } = where;
    const fields = { ...place, dir, layer: 'socket.io', type, nsp: packet.nsp };
    if (packet.query && type === 'CONNECT') fields.query = packet.query;
    if (hasBinary(packet.data)) fields.binary = true;
    if (packet.id !== undefined && packet.id !== null) fields.ack_id = packet.id;
    if (type === 'EVENT') Object.assign(fields, { event: packet.data[0], args: plain(packet.data.slice(1)) });
    else if (type === 'ACK') fields.args = plain(packet.data);
    else if (packet.data !== undefined) fields.data = plain(packet.data);
    this.line(fields);
  }
}

// Calls look(this, arguments) before the method does its work.
function before(prototype, name, look) {
  const original = prototype[name];
  prototype[name] = function (...args) {
    look(this, args);
    return original.apply(this, args);
  };
}

module.exports = { Truth, before };
