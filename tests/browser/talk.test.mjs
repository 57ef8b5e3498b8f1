// A person who talks to the dog through the page, and one who was away: what the page sends, hears and tells.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Cockpit, DESK, launch } from './page.mjs';
import { Robot, until } from './robot.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  // A microphone that beeps, and nobody who has to allow it.
  browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
});
after(() => browser?.close());

/** @param {string} title @param {(robot: Robot, cockpit: Cockpit) => Promise<void>} act */
function sit(title, act) {
  test(title, { timeout: 90_000 }, async () => {
    const robot = await Robot.start();
    try {
      const cockpit = await Cockpit.open(browser, robot.url, DESK);
      await act(robot, cockpit);
      await cockpit.context.close();
      assert.equal((await robot.end()).code, 0);
    } finally {
      await robot.clean();
    }
  });
}

sit('what is said while the button is held is heard, and the microphone is silent meanwhile', async (robot, cockpit) => {
  await until('the speaker works', async () => (await robot.status()).health.speaker.state === 'ok');
  const talk = cockpit.part('talk');
  await talk.hover();
  await cockpit.page.mouse.down();
  await cockpit.page.locator('[data-testid=talk][data-state=heard]').waitFor();
  await cockpit.page.waitForTimeout(900);
  await cockpit.page.mouse.up();
  await until('the robot says it', async () => {
    const { sound, microphone } = await robot.status();
    return sound.file?.startsWith('messages/') && microphone === 'silence';
  });
  await until('the microphone is heard again', async () => (await robot.status()).microphone === 'live');
  await cockpit.page.locator('[data-testid=talk][data-state=""]').waitFor();
  assert.deepEqual(cockpit.complaints, []);
});

sit('what happened while the link was lost is told when it is back', async (robot, cockpit) => {
  // One fact, so that the page has a place in the robot's history.
  await fetch(`${robot.url}/motor/emergency`, { method: 'POST' });
  await cockpit.part('latched').waitFor();
  await cockpit.context.setOffline(true);
  await cockpit.page.locator('[data-testid=link]:not([data-state=open])').waitFor();
  // Long enough for the robot to ask the chip, once a second, and to be refused three times.
  const nack = 'fault = "nack"\nchip = "servo_chip"\nfor = "3s"\n';
  assert.equal((await fetch(`${robot.url}/sim/break`, { method: 'POST', body: nack })).status, 204);
  await until('the head fails', async () => (await robot.status()).health.head.state === 'failed');
  await until('the head works', async () => (await robot.status()).health.head.state === 'ok');
  await cockpit.context.setOffline(false);
  await cockpit.part('toast').getByText('Meanwhile: The head does not work').waitFor();
});
