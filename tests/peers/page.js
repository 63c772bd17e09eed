// What browsers are started with, and the talk of app.js as a page runs it.
'use strict';
const fs = require('fs');
const path = require('path');

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
];

// An expression for the page, whose value is the exit status; the library is put into it without a request.
function talk(wish) {
  const source = fs.readFileSync(path.join(__dirname, 'node_modules', `client-${wish.generation}`, 'dist', 'socket.io.js'), 'utf8');
  const app = fs.readFileSync(path.join(__dirname, 'app.js'), 'utf8');
  const options = { reconnection: false, forceNew: true, autoConnect: false, ...wish.options };
  return `${source};(() => {
    const module = {}, Buffer = { from: (bytes) => Uint8Array.from(bytes).buffer };
    ${app}
    const manager = new io.Manager(location.origin, ${JSON.stringify(options)});
    manager.open();
    return new Promise((done) => talk(manager, ${JSON.stringify(wish)}, done));
  })()`;
}

module.exports = { FLAGS, talk };
