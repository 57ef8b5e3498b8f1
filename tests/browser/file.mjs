// A page that is one file, opened from the disk: whatever it asks for or complains of counts as wrong.

import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';

/**
 * @param {import('playwright-core').Browser} browser @param {string} file @param {object} how
 * @param {(page: import('playwright-core').Page) => Promise<void>} look
 */
export async function openedFile(browser, file, how, look) {
  const context = await browser.newContext(how);
  const page = await context.newPage();
  const { href } = pathToFileURL(file);
  /** @type {string[]} */
  const complaints = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url() !== href && !request.url().startsWith('data:')) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(href);
  await look(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

/** How far the page is wider than its window. @param {import('playwright-core').Page} page */
export function spills(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
