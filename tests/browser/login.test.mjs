// A phone in the home network: the robot's page over HTTPS, behind a login, gone when the login is revoked.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { DESK, launch } from './page.mjs';
import { Robot, freePort, until, wimz } from './robot.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('a stranger gets the login page, a token opens the robot, and a revoked one closes it', { timeout: 90_000 }, async () => {
  const port = String(await freePort());
  const robot = await Robot.start((folder) => ['--lan', '--lan-port', port, '--state', folder]);
  try {
    const made = await wimz('token', 'new', 'phone', '--state', robot.folder);
    assert.equal(made.code, 0);
    const secret = made.lines.find((line) => line.startsWith('wimz_')) ?? '';
    // The browser does not know the robot's own authority; the certificate has a test of its own.
    const context = await browser.newContext({ ...DESK, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const url = `https://127.0.0.1:${port}`;
    await page.goto(url);
    assert.equal(new URL(page.url()).pathname, '/login');
    const token = page.getByLabel('Or enter a token');
    await token.fill('wimz_not-a-token');
    await token.press('Enter');
    await page.locator('html[data-state=refused]').waitFor();
    await token.fill(secret);
    await token.press('Enter');
    await page.locator('[data-testid=link][data-state=open]').waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
    assert.ok(!(await page.evaluate(() => document.cookie)).includes('wimz'), 'no script can read the cookie');
    await page.getByTestId('mode-manual').click();
    await until('it is driven from there', async () => (await robot.status()).mode === 'manual');
    await page.getByTestId('stop').click();

    const listed = await wimz('token', 'list', '--state', robot.folder);
    const id = listed.lines.find((line) => line.includes('phone'))?.trim().split(/\s+/)[0] ?? '';
    assert.equal((await wimz('token', 'revoke', id, '--state', robot.folder)).code, 0);
    await page.waitForURL((now) => now.pathname === '/login');
    await context.close();
    assert.equal((await robot.end()).code, 0);
    assert.ok(!robot.story().includes(secret), 'the secret is in no line that the robot tells');
  } finally {
    await robot.clean();
  }
});
