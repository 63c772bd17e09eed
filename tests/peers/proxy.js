// A reverse proxy as many are set up by mistake: it forwards HTTP, but not the Upgrade. argv: JSON {port, back}.
'use strict';
const http = require('http');
const { settings } = require('./library');

const { port, back } = settings();
const HOP = ['connection', 'upgrade', 'keep-alive', 'transfer-encoding'];

const front = http.createServer((request, response) => {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP.includes(name)));
  const onward = http.request({ host: '127.0.0.1', port: back, method: request.method, path: request.url, headers, agent: false });
  onward.on('response', (answer) => {
    const kept = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP.includes(name)));
    response.writeHead(answer.statusCode, kept);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
});
front.listen(port, '127.0.0.1', () => console.log('{"ready": true}'));
process.on('SIGTERM', () => process.exit(0));
