// An XMLHttpRequest that can take binary answers, as a browser's can. node's stand-in lacks that, so that the clients of
// generations 1 and 2 would ask for base64 (b64=1): with this one they poll with application/octet-stream.
'use strict';
const http = require('http');

class XMLHttpRequest {
  constructor() {
    this.responseType = '';
    this.readyState = 0;
    this.status = 0;
    this.response = Buffer.alloc(0);
    this.headers = {};
  }

  open(method, uri) {
    this.request = http.request(uri, { method, agent: http.globalAgent });
    this.request.on('response', (answer) => this.take(answer));
    this.request.on('error', () => this.end(0));
  }

  setRequestHeader(name, value) {
    this.request.setHeader(name, value);
  }

  send(data) {
    this.request.end(data === null ? undefined : data);
  }

  abort() {
    this.request.destroy();
  }

  getResponseHeader(name) {
    return this.headers[name.toLowerCase()];
  }

  get responseText() {
    return this.response.toString();
  }

  take(answer) {
    const parts = [];
    this.headers = answer.headers;
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => {
      this.response = Buffer.concat(parts);
      this.end(answer.statusCode);
    });
  }

  end(status) {
    this.status = status;
    this.readyState = 4;
    if (this.onreadystatechange) this.onreadystatechange();
  }
}

// Must come before the client library is loaded.
function install(folder, implementation = XMLHttpRequest) {
  const client = require.resolve('engine.io-client', { paths: [folder] });
  const file = require.resolve('xmlhttprequest-ssl', { paths: [client] });
  require.cache[file] = { id: file, filename: file, loaded: true, exports: implementation };
}

module.exports = { install };
