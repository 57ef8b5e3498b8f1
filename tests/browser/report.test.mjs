// The report of a run, opened from a file: it is whole by itself, tells its moments to mouse, finger and keyboard, and fits a
// phone.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openedFile, spills } from './file.mjs';
import { DESK, PHONE, launch } from './page.mjs';
import { wimz } from './robot.mjs';

/** A dog barks at the doorbell under a silent guardian, and something fails; names and reasons are as hostile as they can be. */
const EVENING = `
about = "</title></script><script>document.title = 'hacked'</script>"
room = "living_room"
robot = "gen2"
length = "90s"

[[dog]]
name = "pepper"
character = "pepper"

[[input]]
at = "1s"
command = "set_mode"
data = { mode = "silent_guardian" }

[[input]]
at = "5s"
every = "30s"
until = "80s"
happens = "doorbell"

[[expect]]
name = "<img src=x onerror=alert(1)>"
never = "room.dog_barked"
because = "\\"><svg onload=alert(2)>"

[[expect]]
always = "alive"
`;

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wimz-report-'));
  const scenario = join(folder, '<b>evening & "co".toml');
  await writeFile(scenario, EVENING);
  const { code } = await wimz('run', scenario, '--seed', '3', '--report', folder);
  assert.equal(code, 1);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** @param {object} how @param {(page: import('playwright-core').Page) => Promise<void>} look */
function opened(how, look) {
  return openedFile(browser, join(folder, 'report.html'), how, look);
}

test('with a mouse and with keys', { timeout: 60_000 }, async () => {
  await opened({ ...DESK, colorScheme: 'dark' }, async (page) => {
    assert.equal(await page.locator('h1').textContent(), 'Failed');
    assert.match(await page.title(), /^Failed: .*<b>evening & "co"\.toml, seed 3$/);
    assert.equal(await page.locator('main img, .checks svg[onload]').count(), 0);
    assert.equal(await spills(page), 0);
    const tip = page.locator('#tip');
    const bell = page.locator('[data-lane=House] .item').first();
    await bell.hover();
    await tip.waitFor();
    assert.equal(await tip.textContent(), '0:05.0\nthe doorbell rings');
    await bell.click();
    const at = Number(await bell.getAttribute('data-t'));
    const clock = page.locator('#clock');
    assert.match((await clock.textContent()) ?? '', /^0:05\.0 · guardian/);
    assert.ok(Math.abs(Number(await page.locator('#moment').inputValue()) - at) < 0.11);

    await page.keyboard.press('Escape');
    assert.ok(await tip.isHidden());
    const marker = page.locator('#m-dog0');
    const before = await marker.getAttribute('transform');
    await page.locator('#moment').focus();
    await page.keyboard.press('End');
    assert.notEqual(await marker.getAttribute('transform'), before, 'pepper does not stay where it barked');

    const heard = page.locator('[data-lane=Heard] .item');
    await heard.first().focus();
    await tip.waitFor();
    const first = (await tip.textContent()) ?? '';
    assert.match(first, /^0:\d\d\.\d\n.*barks, -\d+ dB$/);
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await tip.textContent(), first);
    await page.keyboard.press('Enter');
    assert.notEqual(Number(await page.locator('#moment').inputValue()), at);

    const lanes = page.locator('#lanes');
    const wide = () => lanes.evaluate((all) => all.scrollWidth);
    const once = await wide();
    await page.locator('#wider').click();
    assert.ok((await wide()) > 1.8 * once);
  });
});

test('on a phone, in both lights', { timeout: 60_000 }, async () => {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    await opened({ ...PHONE, colorScheme }, async (page) => {
      assert.equal(await spills(page), 0);
      await page.locator('[data-lane=House] .item').first().tap();
      await page.locator('#tip').waitFor();
      const box = await page.locator('#tip').boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
      const figure = page.locator('.figure').first();
      await figure.locator('summary').tap();
      await figure.getByText('how often dogs really barked').waitFor();
    });
  }
});

test('without a script it tells the same', { timeout: 60_000 }, async () => {
  await opened({ ...PHONE, javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator('h1').textContent(), 'Failed');
    assert.ok(await page.locator('.scrub').isHidden());
    assert.ok((await page.locator('[data-lane=Heard] .item title').count()) > 0);
    await page.getByText('The story, line by line').tap();
    await page.getByText('the doorbell rings').first().waitFor();
  });
});

test('JUnit is XML, and says what failed', { timeout: 60_000 }, async () => {
  const junit = await readFile(join(folder, 'junit.xml'), 'utf8');
  await opened(DESK, async (page) => {
    const told = await page.evaluate((text) => {
      const xml = new DOMParser().parseFromString(text, 'application/xml');
      const failure = xml.querySelector('failure');
      return {
        wrong: xml.querySelector('parsererror')?.textContent,
        cases: xml.querySelectorAll('testcase').length,
        name: failure?.parentElement?.getAttribute('name'),
        message: failure?.getAttribute('message'),
      };
    }, junit);
    assert.equal(told.wrong, undefined);
    assert.equal(told.cases, 3);
    assert.equal(told.name, '<img src=x onerror=alert(1)>: never room.dog_barked');
    assert.match(told.message ?? '', /^0:\d\d\.\d: it happened; seen: room\.dog_barked\(/);
  });
});
