// A real browser as the client: headless Chromium, and the HAR that its own DevTools write of the talk.
// argv: JSON {generation, port, options, seconds, har}. CHROMIUM names the program. Ends by itself.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');
const WebSocket = require('ws');
const page = require('./page');
const { locate, settings } = require('./library');

const wish = settings();
const library = locate(`client-${wish.generation}`, 'engine.io-client');
const FLAGS = [...page.FLAGS, '--ignore-certificate-errors', '--remote-debugging-port=0', '--remote-allow-origins=*'];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// One tab, by the DevTools protocol.
class Tab {
  static async open(base, url) {
    const made = await (await fetch(`${base}/json/new?${encodeURIComponent(url)}`, { method: 'PUT' })).json();
    const tab = new Tab();
    tab.id = made.id;
    tab.waiting = new Map();
    tab.socket = new WebSocket(made.webSocketDebuggerUrl);
    await new Promise((done) => tab.socket.once('open', done));
    tab.socket.on('message', (text) => {
      const answer = JSON.parse(text);
      const waiting = tab.waiting.get(answer.id);
      if (waiting) waiting(answer);
    });
    return tab;
  }

  call(method, params) {
    const id = this.waiting.size + 1;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((done, fail) => {
      this.waiting.set(id, ({ error, result }) => (error ? fail(new Error(JSON.stringify(error))) : done(result)));
    });
  }

  async run(expression) {
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }
}

// The whole group: its helpers outlive it otherwise, and write on.
function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function start(profile) {
  const child = spawn(process.env.CHROMIUM || 'chromium', [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  process.once('exit', () => end(child)); // also where this program is told to end, or takes too long
  let said = '';
  const port = await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', () => fail(new Error(said.slice(-500))));
    child.stderr.on('data', (text) => {
      said += text;
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (found) done(found[1]);
    });
  });
  return { child, port };
}

// A profile that could not be removed in time is no reason to fail: it lies in the system's temporary folder.
function discard(profile) {
  try {
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  } catch (error) {
    console.log(`left behind: ${error.message}`);
  }
}

// What the HAR export of DevTools does when it is clicked.
const EXPORT = (base) => `(async () => {
  const from = (name) => import('${base}/devtools/' + name);
  const { Writer } = await from('models/har/har.js'), { NetworkLog } = await from('models/logs/logs.js');
  let text = '';
  const stream = { write: async (part) => { text += part; } };
  const { Progress } = (await from('core/common/common.js')).Progress;
  await Writer.Writer.write(stream, NetworkLog.NetworkLog.instance().requests(), { sanitize: true }, new Progress());
  return text;
})()`;

async function main() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
  const { child, port } = await start(profile);
  try {
    const base = `http://127.0.0.1:${port}`;
    const blank = await Tab.open(base, 'about:blank');
    const tools = await Tab.open(base, `${base}/devtools/devtools_app.html?ws=127.0.0.1:${port}/devtools/page/${blank.id}&panel=network`);
    const { Browser } = await (await fetch(`${base}/json/version`)).json();
    const versions = { chromium: Browser.split('/')[1], ...library.versions };
    console.log(JSON.stringify({ ready: true, versions }));
    await pause(4000); // until the tools listen to the page
    const setting = "moduleSetting('disable-async-stack-traces').set(true)";
    await tools.run(`import('${base}/devtools/core/common/common.js').then(({ Settings }) => Settings.Settings.instance().${setting})`);
    await blank.call('Page.bringToFront');
    await blank.call('Page.navigate', { url: `${wish.scheme || 'http'}://127.0.0.1:${wish.port}/` });
    await pause(500);
    const code = await blank.run(page.talk(wish));
    await pause(500);
    const har = await tools.run(EXPORT(base));
    fs.writeFileSync(wish.har, har.replace(/^ +/gm, '')); // without its indentation, to keep it small
    return code;
  } finally {
    child.removeAllListeners('exit');
    const ended = new Promise((done) => child.once('exit', done));
    end(child);
    await ended;
    discard(profile);
  }
}

main().then((code) => process.exit(code), (error) => {
  console.log(String(error));
  process.exit(2);
});
process.once('SIGTERM', () => process.exit(143));
setTimeout(() => process.exit(2), 60000).unref(); // never longer, whatever happens
