// The page in Debian's Chromium, and the hands on it: keys, buttons, fingers.
// It never reaches into the page's code; what it reads is what a person sees.

import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Chromium has no sandbox for root, as which CI runs. */
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export const DESK = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** @param {string[]} more Words for Chromium's command line. */
export function launch(...more) {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...args, ...more] });
}

/** The page of one robot, in a browser profile of its own. */
export class Cockpit {
  /** What the page complained of. @type {string[]} */
  complaints = [];

  /** @param {import('playwright-core').BrowserContext} context @param {import('playwright-core').Page} page */
  constructor(context, page) {
    this.context = context;
    this.page = page;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('crash', () => this.complaints.push('the page crashed'));
  }

  /** @param {import('playwright-core').Browser} browser @param {string} url @param {object} how */
  static async open(browser, url, how) {
    const context = await browser.newContext(how);
    const cockpit = new Cockpit(context, await context.newPage());
    await cockpit.page.goto(url, { waitUntil: 'domcontentloaded' });
    await cockpit.page.locator('[data-testid=link][data-state=open]').waitFor();
    await cockpit.page.locator('[data-testid=mode][data-mode=idle]').waitFor();
    return cockpit;
  }

  /** @param {string} id */
  part(id) {
    return this.page.getByTestId(id);
  }

  /** Presses a key and keeps it down. @param {string} key */
  down(key) {
    return this.page.keyboard.down(key);
  }

  /** @param {string} key */
  up(key) {
    return this.page.keyboard.up(key);
  }

  /** The camera's picture as people see it: grey values of a small copy; none while there is no picture. */
  picture() {
    return this.part('camera').evaluate((/** @type {HTMLImageElement} */ image) => {
      if (!image.naturalWidth) return null;
      const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 54 });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i] + data[4 * i + 1] + data[4 * i + 2]);
    });
  }

  /**
   * A finger on a part: put down in the middle, moved by so many pixels, lifted or taken away.
   * @param {string} id
   */
  async finger(id) {
    const box = await this.part(id).boundingBox();
    if (!box) throw new Error(`${id} is not on the page`);
    const devtools = await this.context.newCDPSession(this.page);
    const send = (/** @type {string} */ type, /** @type {object[]} */ touchPoints) =>
      devtools.send('Input.dispatchTouchEvent', /** @type {any} */ ({ type, touchPoints }));
    const at = (dx = 0, dy = 0) => ({ x: box.x + box.width / 2 + dx, y: box.y + box.height / 2 + dy, id: 1 });
    await send('touchStart', [at()]);
    return {
      move: (/** @type {number} */ dx, /** @type {number} */ dy) => send('touchMove', [at(dx, dy)]),
      lift: () => send('touchEnd', []),
      lose: () => send('touchCancel', []),
      /** A second finger, on another part, while the first stays where it was moved to. */
      second: async (/** @type {string} */ other, /** @type {number} */ dx, /** @type {number} */ dy) => {
        const there = await this.part(other).boundingBox();
        if (!there) throw new Error(`${other} is not on the page`);
        const second = { x: there.x + there.width / 2, y: there.y + there.height / 2, id: 2 };
        await send('touchStart', [at(dx, dy), second]);
      },
    };
  }

  /** Another tab in front, as a person opens it: the page loses the focus. */
  async leave() {
    const devtools = await this.context.newCDPSession(this.page);
    // Playwright tells every page that it has the focus; a person's browser does not.
    await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
    const other = await this.context.newPage();
    await other.bringToFront();
    return other;
  }
}

/** How far two pictures are apart, in grey levels a point. @param {number[]} a @param {number[]} b */
export function apart(a, b) {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length / 3;
}
