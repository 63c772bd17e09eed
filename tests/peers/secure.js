// HTTP/2 over TLS, with WebSockets in its streams (RFC 8441), which neither ws nor engine.io takes by itself.
'use strict';
const fs = require('fs');
const http2 = require('http2');

// settings: paths of key and cert (PEM).
function listenerOf({ key, cert }) {
  const settings = { enableConnectProtocol: true };
  return http2.createSecureServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert), allowHTTP1: true, settings });
}

// An extended CONNECT is checked as an Upgrade is, and goes on as a WebSocket.
function takeWebSockets(web, engine, folder) {
  const main = require.resolve('engine.io', { paths: [folder] });
  const { WebSocket } = require(require.resolve('ws', { paths: [main] }));
  web.on('connect', ({ stream, headers }) => {
    const request = { method: 'GET', url: headers[':path'], headers, socket: stream, connection: stream };
    engine.prepare(request);
    engine.verify(request, true, (code) => {
      stream.respond({ ':status': code === undefined ? 200 : 400 });
      if (code !== undefined) return stream.end();
      stream.setNoDelay = () => {};
      const socket = new WebSocket(null, undefined, { autoPong: true });
      socket.setSocket(stream, Buffer.alloc(0), { allowSynchronousEvents: true, maxPayload: 1e6, skipUTF8Validation: false });
      engine.onWebSocket(request, stream, socket);
    });
  });
}

module.exports = { listenerOf, takeWebSockets };
