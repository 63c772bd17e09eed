// A real browser as the client, driven by Playwright, which records the HAR of the talk.
// argv: JSON {generation, port, options, seconds, har}; the file written is har with .gz behind it. CHROMIUM names the
// program. Ends by itself.
'use strict';
const fs = require('fs');
const zlib = require('zlib');
const { chromium } = require('playwright-core');
const page = require('./page');
const { locate, settings } = require('./library');

const wish = settings();
const library = locate(`client-${wish.generation}`, 'engine.io-client');
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: page.FLAGS });
  try {
    const versions = { chromium: browser.version(), 'playwright-core': require('playwright-core/package.json').version, ...library.versions };
    console.log(JSON.stringify({ ready: true, versions }));
    const context = await browser.newContext({ recordHar: { path: wish.har, mode: 'full', content: 'embed' } });
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${wish.port}/`);
    const code = await tab.evaluate((code) => (0, eval)(code), page.talk(wish));
    await pause(500);
    await context.close();
    fs.writeFileSync(`${wish.har}.gz`, zlib.gzipSync(fs.readFileSync(wish.har), { level: 9 }));
    fs.unlinkSync(wish.har);
    return code;
  } finally {
    await browser.close();
  }
}

main().then((code) => process.exit(code), (error) => {
  console.log(String(error));
  process.exit(2);
});
setTimeout(() => process.exit(2), 60000).unref(); // never longer, whatever happens
