// A report page in a real browser, used as a reader would. argv: JSON {page, width, height, theme, steps, picture}; CHROMIUM
// names the program. Each step is [what, ...]; prints one JSON line: errors, requests, and what each `ask` found.
'use strict';
const { chromium } = require('playwright-core');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const wish = JSON.parse(process.argv[2]);

const ACTS = {
  click: (page, what) => page.click(what),
  type: (page, what, text) => page.locator(what).pressSequentially(text, { delay: 5 }),
  press: (page, what, key) => page.locator(what).first().press(key),
  choose: (page, what, value) => page.selectOption(what, value),
  check: (page, what) => page.check(what),
  hover: async (page, what, x, y) => {
    const box = await page.locator(what).boundingBox();
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 4 });
  },
  // page.waitForFunction evaluates text in the page, which the page's own policy forbids
  wait: async (page, expression) => {
    for (const end = Date.now() + 15000; !(await page.evaluate(expression));) {
      if (Date.now() > end) throw new Error(`waited in vain for ${expression}`);
      await page.waitForTimeout(50);
    }
  },
  see: (page, what) => page.locator(what).scrollIntoViewIfNeeded(),
};

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: FLAGS });
  const found = { errors: [], requests: [], answers: [], pictures: [] };
  try {
    const page = await browser.newPage({ viewport: { width: wish.width || 1280, height: wish.height || 900 }, colorScheme: wish.theme || 'light' });
    page.on('console', (line) => { if (line.type() !== 'log') found.errors.push(line.text()); });
    page.on('pageerror', (error) => found.errors.push(String(error)));
    page.on('request', (request) => found.requests.push(request.url().slice(0, 200)));
    page.on('dialog', (dialog) => { found.errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    await page.goto(`file://${wish.page}`);
    await page.waitForSelector('html[data-ready=yes]', { timeout: 30000 });
    for (const [what, ...given] of wish.steps || []) {
      if (what === 'ask') found.answers.push(await page.evaluate(given[0]));
      else if (what === 'look') found.pictures.push((await page.locator(given[0]).screenshot()).toString('base64'));
      else await ACTS[what](page, ...given);
    }
    if (wish.picture) await page.screenshot({ path: wish.picture, fullPage: true });
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(found));
}

main().then(() => process.exit(0), (error) => {
  console.error(String(error));
  process.exit(2);
});
setTimeout(() => process.exit(2), 90000).unref(); // never longer, whatever happens
