// Somebody who furnishes a room looks at the page beside the editor: what they save is on the plan.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Cockpit, DESK, launch } from './page.mjs';
import { Robot, until } from './robot.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** @param {string} name @param {number} depth */
const room = (name, depth) =>
  `name = "${name}"\nabout = "To be moved about in."\nsize = [4.0, ${depth}, 2.5]\nstart = { at = [1.0, 1.0], facing = 90 }\n`;

test('a room that is saved is the room on the plan', { timeout: 90_000 }, async () => {
  let file = '';
  const robot = await Robot.start((folder) => {
    file = join(folder, 'den.toml');
    writeFileSync(file, room('Den', 4));
    return ['--room', file, '--dog', 'none'];
  });
  try {
    const cockpit = await Cockpit.open(browser, robot.url, DESK);
    const { page } = cockpit;
    await page.locator('#room').getByText('Den', { exact: true }).waitFor();
    const plan = page.getByRole('img', { name: 'Plan of' });
    const shape = async () => {
      const box = await plan.boundingBox();
      return box ? box.height / box.width : 0;
    };
    assert.ok(Math.abs((await shape()) - 1) < 0.02, 'a square');
    writeFileSync(file, room('Corridor', 2.4));
    await page.locator('#room').getByText('Corridor', { exact: true }).waitFor();
    await until('another shape', async () => Math.abs((await shape()) - 0.6) < 0.02);
    assert.equal((await robot.truth()).room, 1);
    await cockpit.context.close();
    assert.equal((await robot.end()).code, 0);
  } finally {
    await robot.clean();
  }
});
