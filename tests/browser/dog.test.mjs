// A person who watches a dog on the page: it is on the plan, the doorbell makes it bark, the robot hears and sees it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Cockpit, DESK, launch } from './page.mjs';
import { Robot, until } from './robot.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('a dog is on the plan, and the doorbell rings for it', { timeout: 90_000 }, async () => {
  const robot = await Robot.start(() => ['--dog', 'pepper', '--speed', '4']);
  try {
    const cockpit = await Cockpit.open(browser, robot.url, DESK);
    const company = cockpit.part('company');
    await company.getByText('Pepper').waitFor();
    await until('the robot hears', async () => (await robot.status()).hearing.quiet_s > 1);
    await cockpit.part('doorbell').click();
    await until('it barks', async () => (await robot.status()).hearing.barks > 0);
    await cockpit.part('hears').getByText(/[1-9]\d* bark/).waitFor();
    assert.equal(await cockpit.part('sees').textContent(), 'Does not look for dogs');
    await cockpit.part('mode-coach').click();
    await cockpit.part('sees').getByText(/No dog|pepper/).waitFor();
    await cockpit.context.close();
    assert.equal((await robot.end()).code, 0);
  } finally {
    await robot.clean();
  }
});
