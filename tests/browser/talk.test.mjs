// A person who talks to the dog through the page, and one who was away: what the page sends, hears and tells.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * @param {string} title @param {(robot: Robot, cockpit: Cockpit) => Promise<void>} act
 * @param {(folder: string) => string[]} [words] For `wimz`.
 */
function sit(title, act, words) {
  test(title, { timeout: 90_000 }, async () => {
    const robot = await Robot.start(words);
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

/** A plan folder with a trick that no robot is built with. @param {string} folder */
function withRollOver(folder) {
  const tricks = join(folder, 'plans', 'tricks');
  mkdirSync(tricks, { recursive: true });
  const trick = 'description = "The dog rolls over."\ncue = "roll_over"\nwindow = "15s"\n';
  writeFileSync(join(tricks, 'roll.toml'), `${trick}[[wanted]]\nbehavior = "lie"\nhold = "1s"\nconfidence = 0.7\n`);
  return ['--plans', join(folder, 'plans'), '--dog', 'biscuit'];
}

sit('the word of a new trick is recorded, heard, kept and removed', async (robot, cockpit) => {
  await cockpit.part('train').click();
  await cockpit.part('tab-voices').click();
  // The one dog is chosen.
  await cockpit.part('voice-sit').getByText('The robot\u2019s own voice').waitFor();
  const row = cockpit.part('voice-roll_over');
  await row.getByText('Cannot be said yet').waitFor();
  await cockpit.part('voice-record-roll_over').click();
  await row.getByText('Listening').waitFor();
  await cockpit.page.waitForTimeout(900);
  await cockpit.part('voice-record-roll_over').getByText('Done').click();
  await row.getByText('Your voice').waitFor();
  const { voices } = await robot.get('/voices');
  assert.deepEqual(voices.map(({ dog_id, word, file }) => [dog_id, word, file]), [['biscuit', 'roll_over', 'talks/dog_biscuit/roll_over.wav']]);
  assert.ok(voices[0].duration_ms > 500 && voices[0].duration_ms < 5_000, String(voices[0].duration_ms));
  const [heard] = await Promise.all([
    cockpit.page.waitForResponse((answer) => answer.url().endsWith('/voices/biscuit/roll_over')),
    cockpit.part('voice-hear-roll_over').click(),
  ]);
  assert.ok(heard.ok());
  // Another window in front: what was heard is forgotten.
  await cockpit.part('voice-record-sit').click();
  await cockpit.part('voice-sit').getByText('Listening').waitFor();
  await cockpit.page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await cockpit.part('voice-sit').getByText('The robot\u2019s own voice').waitFor();
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await cockpit.part('train').click();
  await cockpit.part('tab-voices').click();
  await row.getByText('Your voice').waitFor();
  await cockpit.part('voice-remove-roll_over').click();
  await row.getByText('Cannot be said yet').waitFor();
  assert.deepEqual((await robot.get('/voices')).voices, []);
  assert.deepEqual(cockpit.complaints, []);
}, withRollOver);
