// A person who trains a dog from the page: guards, coaches, runs missions and programs, keeps a schedule.
// Each test has a robot and a browser profile of its own; what the page shows is held against what the robot says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Cockpit, DESK, PHONE, launch } from './page.mjs';
import { Robot, stays, until } from './robot.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

// A room so small, and a dog with such a temper, that the robot has it before its eyes within 25 s, whenever it looks.
const IN_A_BOX = ['--dog', 'biscuit', '--speed', '4', '--seed', '6', '--room', fileURLToPath(new URL('box.toml', import.meta.url))];

/**
 * @param {string} title @param {string[]} words For `wimz`. @param {(robot: Robot, cockpit: Cockpit) => Promise<void>} act
 * @param {object} [how] The window.
 */
function train(title, words, act, how = DESK) {
  test(title, { timeout: 180_000 }, async () => {
    const robot = await Robot.start(() => words);
    try {
      const cockpit = await Cockpit.open(browser, robot.url, how);
      await cockpit.part('train').click();
      await act(robot, cockpit);
      assert.deepEqual(cockpit.complaints, []);
      await cockpit.context.close();
      assert.equal((await robot.end()).code, 0);
    } finally {
      await robot.clean();
    }
  });
}

train('an appointment is made, changed, there after a reload, and deleted', ['--dog', 'none'], async (robot, cockpit) => {
  const row = cockpit.part('appointment-row');
  // Missions' own files hold some as well.
  const { appointments } = (await robot.status()).schedule;
  await cockpit.part('tab-schedule').click();
  await cockpit.part('schedule-new').click();
  await cockpit.part('what').selectOption('mission sit_training');
  await cockpit.part('from').fill('18:30');
  await cockpit.part('appointment-save').click();
  await row.getByText('Every day, from 18:30').waitFor();
  await row.getByRole('button', { name: /^Edit/ }).click();
  await cockpit.part('when').selectOption('weekly');
  await cockpit.part('appointment-save').click();
  await cockpit.part('appointment-wrong').getByText('Choose a day').waitFor();
  for (const day of ['monday', 'friday']) await cockpit.part(`day-${day}`).click();
  await cockpit.part('until').fill('17:00');
  await cockpit.part('appointment-save').click();
  const words = 'Mon, Fri, 18:30 to 17:00 the day after';
  await row.getByText(words).waitFor();
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await cockpit.part('train').click();
  await cockpit.part('tab-schedule').click();
  await row.getByText(words).waitFor();
  await row.getByRole('switch').click();
  await cockpit.page.locator('[data-testid=appointment-row][data-enabled=false]').waitFor();
  await row.getByRole('button', { name: /^Edit/ }).click();
  await cockpit.part('appointment-delete').click();
  await row.waitFor({ state: 'detached' });
  await until('as many are in force as before', async () => (await robot.status()).schedule.appointments === appointments);
});

train('a mission is started, held up, gone on with and cancelled', ['--dog', 'none'], async (robot, cockpit) => {
  await cockpit.part('tab-missions').click();
  await cockpit.part('start-sit_training').click();
  await until('it is under way', async () => (await robot.status()).mission?.run);
  await cockpit.page.locator('[data-testid=mode][data-mode=mission]').waitFor();
  await cockpit.part('mission').getByText('Sit, again and again').waitFor();
  await cockpit.page.locator('[data-testid=mode-coach][aria-disabled=true]').click({ force: true });
  await cockpit.part('toast').getByText('A mission is under way').waitFor();
  await cockpit.part('tab-missions').click();
  await cockpit.part('start-puppy_basics').click();
  await cockpit.part('toast').getByText('The mission \u201cSit, again and again\u201d is under way').waitFor();
  await cockpit.part('tab-now').click();
  await cockpit.part('mission-pause').click();
  await until('it waits', async () => (await robot.status()).mission?.pause === 'asked');
  await cockpit.part('mission-state').getByText('Paused').waitFor();
  await cockpit.part('mission-pause').getByText('Go on').click();
  await until('it goes on', async () => (await robot.status()).mission?.pause === null);
  await cockpit.part('mission-pause').getByText('Pause').waitFor();
  await cockpit.part('mission-cancel').click();
  await until('it is over', async () => (await robot.status()).mission === null);
  await cockpit.part('mission').waitFor({ state: 'hidden' });
  await cockpit.part('mission-ended').getByText('cancelled').waitFor();
  await cockpit.part('tab-history').click();
  await cockpit.part('history').getByText('Sit, again and again is over: cancelled').waitFor();
});

train('a mission that is loaded opens the mission mode', ['--dog', 'none'], async (robot, cockpit) => {
  await cockpit.page.locator('[data-testid=mode-mission][aria-disabled=true]').waitFor();
  await cockpit.part('tab-missions').click();
  await cockpit.part('load-sit').click();
  await until('it is loaded', async () => (await robot.status()).mission?.mission === 'sit');
  await cockpit.page.locator('[data-testid=mode-mission]:not([aria-disabled])').waitFor();
  await cockpit.part('mission-start').click();
  await until('it is under way', async () => (await robot.status()).mode === 'mission');
});

train('a person says what became of a treat that nobody saw', ['--dog', 'none', '--speed', '10'], async (robot, cockpit) => {
  await until('treats can be given', async () => (await robot.status()).health.dispenser.state === 'ok');
  // The beam flickers while the treat falls: one that flickers before is a part that fails, and no treat is given at all.
  const fault = 'fault = "beam_flicker"\non = "dispense_started"\nafter = "1s"\nfor = "3s"\n';
  assert.equal((await fetch(`${robot.url}/sim/break`, { method: 'POST', body: fault })).status, 204);
  await cockpit.part('tab-missions').click();
  await cockpit.part('start-quiet_progressive').click();
  // After five minutes of quiet there is a treat.
  await cockpit.part('resolve').getByText('Did the treat fall?').waitFor({ timeout: 120_000 });
  assert.equal((await robot.status()).mission.pause, 'treat_uncertain');
  await cockpit.part('resolve-yes').click();
  await until('it is settled', async () => (await robot.status()).mission?.pause !== 'treat_uncertain');
  await cockpit.part('resolve').waitFor({ state: 'hidden' });
});

train('a program is started and ended', ['--dog', 'none'], async (robot, cockpit) => {
  await cockpit.part('tab-missions').click();
  await cockpit.part('start-puppy_basics').click();
  await until('it is under way', async () => (await robot.status()).program?.program === 'puppy_basics');
  await cockpit.part('program').getByText('at mission 1 of 3').waitFor();
  await cockpit.part('program-stop').click();
  await until('it is over', async () => (await robot.status()).program === null);
  await cockpit.part('program').waitFor({ state: 'hidden' });
});

train('the trick that a person wants comes next, and another one only if they mean it', ['--dog', 'none'], async (robot, cockpit) => {
  await cockpit.page.locator('[data-testid=trick-speak][aria-disabled=true]').click({ force: true });
  await cockpit.part('toast').getByText('Choose Coach first').waitFor();
  await cockpit.part('mode-coach').click();
  await cockpit.page.locator('[data-testid=mode][data-mode=coach]').waitFor();
  await cockpit.part('trick-spin').click();
  await until('it comes next', async () => (await robot.status()).coach?.wish === 'spin');
  await cockpit.page.locator('[data-testid=trick-spin][data-place=next]').waitFor();
  await cockpit.part('trick-speak').click();
  await cockpit.part('replace').getByText('Spin is to come next. Speak instead?').waitFor();
  await cockpit.part('replace-yes').click();
  await until('the other one comes next', async () => (await robot.status()).coach?.wish === 'speak');
});

train('the coach teaches the trick that a person wants, and tells how it went', IN_A_BOX, async (robot, cockpit) => {
  await cockpit.part('mode-coach').click();
  await cockpit.page.locator('[data-testid=mode][data-mode=coach]').waitFor();
  await cockpit.part('trick-speak').click();
  await until('it is taught', async () => (await robot.status()).coach?.trick === 'speak', 60_000);
  await cockpit.part('results').getByText('Speak').waitFor({ timeout: 60_000 });
});

train('the head follows the dog while the owner lets it, and a dog is chosen', ['--dog', 'biscuit'], async (robot, cockpit) => {
  await cockpit.part('mode-coach').click();
  const head = cockpit.part('tracking');
  await until('the coach is on', async () => (await robot.status()).coach);
  const before = (await robot.status()).coach.tracking;
  await head.click();
  await until('the robot agrees', async () => (await robot.status()).coach.tracking === !before);
  await cockpit.page.locator(`[data-testid=tracking][aria-checked=${!before}]`).waitFor();
  await cockpit.part('dog').selectOption('biscuit');
  await until('the robot knows which', async () => (await robot.status()).coach.selected === 'biscuit');
});

train('the guardian asks a dog that barks for quiet, and the page follows', ['--dog', 'pepper', '--speed', '4'], async (robot, cockpit) => {
  await cockpit.part('mode-silent_guardian').click();
  await cockpit.part('guardian-phase').getByText('Listens').waitFor();
  await until('the robot hears', async () => (await robot.status()).hearing.quiet_s > 1);
  const asks = async () => (await robot.status()).guardian?.interventions > 0;
  await until('it asks for quiet', async () => {
    if (await asks()) return true;
    await cockpit.part('panel-close').click();
    await cockpit.part('doorbell').click();
    await cockpit.part('train').click();
    return until('it asks', asks, 6000).catch(() => false);
  }, 90_000);
  await cockpit.part('guardian-asked').getByText(/[1-9]\d* time/).waitFor();
  await until('the page has the robot\u2019s count of barks', async () => {
    const { barks } = (await robot.status()).guardian;
    return barks > 0 && (await cockpit.part('guardian-barks').textContent()) === String(barks);
  });
  await cockpit.part('tab-history').click();
  await cockpit.part('history').getByText('quiet asked for').first().waitFor();
});

train('what the owner wants of the guardian is kept', ['--dog', 'none'], async (robot, cockpit) => {
  await cockpit.part('guardian-settings').click();
  await cockpit.part('threshold').fill('4');
  await cockpit.part('threshold').press('Enter');
  await until('the robot keeps it', async () => (await robot.get('/settings')).guardian.bark_count_threshold === 4);
  const kept = async () => (await robot.get('/settings')).guardian.fast_escalation_bpm;
  const before = await kept();
  await cockpit.part('fast-on').click();
  await until('it is switched', async () => (before > 0) !== ((await kept()) > 0));
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await until('the page shows it', async () => (await cockpit.part('threshold').inputValue()) === '4');
});

train('a lost link repeats no command, and the page shows what the robot says then', ['--dog', 'none'], async (robot, cockpit) => {
  /** @type {(() => void) | undefined} */
  let cut;
  /** @type {string[]} */
  const sent = [];
  await cockpit.page.routeWebSocket(/ws\/local/, (page) => {
    const server = page.connectToServer();
    page.onMessage((text) => {
      sent.push(JSON.parse(String(text)).command);
      server.send(text);
    });
    cut = () => {
      server.close();
      page.close();
    };
  });
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await cockpit.page.locator('[data-testid=mode][data-mode=idle]').waitFor();
  await cockpit.part('train').click();
  await cockpit.part('tab-missions').click();
  await cockpit.part('start-sit_training').click();
  await until('it is under way', async () => (await robot.status()).mission?.run);
  const { run } = (await robot.status()).mission;
  await cockpit.part('tab-now').click();
  await cockpit.part('mission').getByText('Sit, again and again').waitFor();
  cut?.();
  await cockpit.page.locator('[data-testid=link][data-state=closed]').waitFor();
  await cockpit.part('mission').waitFor({ state: 'hidden' });
  await cockpit.page.locator('[data-testid=link][data-state=open]').waitFor();
  await cockpit.part('mission').getByText('Sit, again and again').waitFor();
  await stays('it is the same run', async () => (await robot.status()).mission?.run === run, 500);
  const asked = sent.filter((command) => !/^(get|list)_|_pull$/.test(command));
  assert.deepEqual(asked, ['start_mission'], 'a press is one command; the rest are questions');
});

train('keys in a list or a form are its own, and Space stops all the same', ['--dog', 'none'], async (robot, cockpit) => {
  /** @type {string[]} */
  const sent = [];
  await cockpit.page.routeWebSocket(/ws\/local/, (page) => {
    const server = page.connectToServer();
    page.onMessage((text) => {
      sent.push(JSON.parse(String(text)).command);
      server.send(text);
    });
  });
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await cockpit.page.locator('[data-testid=mode][data-mode=idle]').waitFor();
  await cockpit.part('train').click();
  await cockpit.part('tab-schedule').click();
  await cockpit.part('schedule-new').click();
  sent.length = 0;
  for (const id of ['when', 'from', 'cooldown']) {
    await cockpit.part(id).focus();
    for (const key of ['KeyT', 'KeyW', 'KeyC', 'Digit2', 'ArrowUp']) await cockpit.page.keyboard.press(key);
  }
  await cockpit.page.keyboard.press('Space');
  await until('the stop is sent', () => sent.includes('stop'));
  assert.deepEqual(sent, ['stop']);
  assert.ok(await robot.atRest());
});

train('the pages of training are turned by the arrow keys, and the head stays', ['--dog', 'none'], async (robot, cockpit) => {
  await cockpit.part('tab-now').focus();
  for (const page of ['missions', 'schedule', 'history', 'voices', 'now']) {
    await cockpit.page.keyboard.press('ArrowRight');
    await cockpit.page.locator(`[data-testid=tab-${page}][aria-selected=true]:focus`).waitFor();
  }
  assert.equal((await robot.status()).head.pan, 0);
});

train(
  'on a phone STOP stays in its place, in view, on every page of training',
  ['--dog', 'none'],
  async (_, cockpit) => {
    const place = await cockpit.part('stop').boundingBox();
    await cockpit.part('panel-close').click();
    assert.deepEqual(await cockpit.part('stop').boundingBox(), place, 'where it was');
    await cockpit.part('train').click();
    for (const page of ['now', 'missions', 'schedule', 'history', 'voices']) {
      await cockpit.part(`tab-${page}`).click();
      assert.deepEqual(await cockpit.part('stop').boundingBox(), place, page);
      const small = await cockpit.part('panel').evaluate((panel) =>
        [...panel.querySelectorAll('button, select, input, summary')]
          .filter((one) => one.checkVisibility() && (one.clientHeight < 44 || one.clientWidth < 44))
          .map((one) => one.outerHTML),
      );
      assert.deepEqual(small, [], 'large enough for a finger');
    }
    assert.ok((await cockpit.page.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.viewport.width);
  },
  PHONE,
);
