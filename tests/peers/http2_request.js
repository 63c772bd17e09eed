// An XMLHttpRequest that speaks HTTP/2, as a browser's does: all requests to an origin share one connection.
'use strict';
const http2 = require('http2');

const sessions = new Map();

function sessionOf(origin) {
  let session = sessions.get(origin);
  if (!session || session.closed || session.destroyed) {
    session = http2.connect(origin, { rejectUnauthorized: false });
    session.on('error', () => {});
    session.unref();
    sessions.set(origin, session);
  }
  return session;
}

class XMLHttpRequest {
  constructor() {
    this.responseType = '';
    this.readyState = 0;
    this.status = 0;
    this.responseText = '';
    this.response = '';
    this.headers = {};
    this.sent = {};
  }

  open(method, uri) {
    this.url = new URL(uri);
    this.method = method;
  }

  setRequestHeader(name, value) {
    this.sent[name.toLowerCase()] = value;
  }

  send(data) {
    const path = this.url.pathname + this.url.search;
    const length = data === null || data === undefined ? {} : { 'content-length': Buffer.byteLength(data) }; // browsers tell it
    this.request = sessionOf(this.url.origin).request({ ':method': this.method, ':path': path, 'user-agent': 'node', ...length, ...this.sent });
    const parts = [];
    this.request.on('response', (headers) => { this.headers = headers; });
    this.request.on('data', (part) => parts.push(part));
    this.request.on('error', () => this.end(0));
    this.request.on('end', () => {
      this.responseText = this.response = Buffer.concat(parts).toString();
      this.end(this.headers[':status'] || 0);
    });
    this.request.end(data === null ? undefined : data);
  }

  abort() {
    if (this.request) this.request.close(http2.constants.NGHTTP2_CANCEL);
  }

  getResponseHeader(name) {
    return this.headers[name.toLowerCase()];
  }

  end(status) {
    if (this.readyState === 4) return;
    this.status = status;
    this.readyState = 4;
    if (this.onreadystatechange) this.onreadystatechange();
  }
}

module.exports = { XMLHttpRequest };
