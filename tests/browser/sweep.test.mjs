// The page of a sweep, opened from a file: it explains itself to mouse, finger and keyboard, gives its commands away, and fits
// a phone.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openedFile, spills } from './file.mjs';
import { DESK, PHONE, launch } from './page.mjs';
import { wimz } from './robot.mjs';

/** A dog is rung at, and says more or less to it; names are as hostile as they can be. */
const BELL = `
about = "Somebody rings"
room = "living_room"
robot = "gen2"
length = "8s"

[[dog]]
name = "nell"
character = "nell"

[[input]]
at = "1s"
happens = "doorbell"

[[expect]]
name = "</title></script><script>document.title = 'hacked'</script>"
count = "room.dog_barked"
at_least = 5

[[expect]]
name = "<img src=x onerror=alert(1)>"
always = "alive"
`;

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {string} */
let folder;
/** @type {string[]} */
let told;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wimz-sweep-'));
  const scenario = join(folder, "it's <b>.toml");
  await writeFile(scenario, BELL);
  const { code, lines } = await wimz('sweep', scenario, '--seeds', '0..24', '--page', join(folder, 'sweep.html'));
  assert.equal(code, 1);
  told = lines;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** @param {object} how @param {(page: import('playwright-core').Page) => Promise<void>} look */
function opened(how, look) {
  return openedFile(browser, join(folder, 'sweep.html'), how, look);
}

test('with a mouse and with keys', { timeout: 60_000 }, async () => {
  const how = { ...DESK, colorScheme: 'dark', permissions: ['clipboard-read', 'clipboard-write'] };
  await opened(how, async (page) => {
    assert.match((await page.locator('h1').textContent()) ?? '', /^\d+ of 24 failed$/);
    assert.match(await page.title(), /^\d+ of 24 failed: .*it's <b>\.toml, seeds 0\.\.24$/);
    assert.equal(await page.locator('main img, main b[onclick]').count(), 0);
    assert.equal(await spills(page), 0);

    // What a figure is, how many seeds a bar has, and where the mean lies.
    const tip = page.locator('#tip');
    const barks = page.locator('.spread').first();
    await barks.locator('[data-tip]').first().hover();
    await tip.waitFor();
    assert.equal(await tip.textContent(), 'how often dogs really barked');
    await page.keyboard.press('Escape');
    assert.ok(await tip.isHidden());
    const bars = barks.locator('.item[data-t]');
    await bars.first().focus();
    const first = (await tip.textContent()) ?? '';
    assert.match(first, /^\d+( to \d+)?\n\d+ seeds?(, \d+ failed)?$/);
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await tip.textContent(), first);
    const counts = await bars.evaluateAll((all) => all.map((bar) => parseInt(bar.dataset.tip.split('\n')[1], 10)));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      24,
    );
    await page.keyboard.press('End');
    assert.match((await tip.textContent()) ?? '', /^mean \d/);

    // A failing seed's command is the one that the terminal has.
    await page.locator('#failing .copy').first().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(told.includes(`  ${copied}`), copied);
  });
});

test('on a phone, in both lights', { timeout: 60_000 }, async () => {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    await opened({ ...PHONE, colorScheme }, async (page) => {
      assert.equal(await spills(page), 0);
      await page.locator('.share .item').first().tap();
      await page.locator('#tip').waitFor();
      const box = await page.locator('#tip').boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
      const watched = page.getByText('motion_is_leased');
      assert.ok(await watched.isHidden());
      await page.getByText('invariants held in every seed').tap();
      await watched.waitFor();
    });
  }
});

test('without a script it tells the same', { timeout: 60_000 }, async () => {
  await opened({ ...PHONE, javaScriptEnabled: false }, async (page) => {
    assert.match((await page.locator('h1').textContent()) ?? '', /failed$/);
    assert.ok((await page.locator('.spread .item title').count()) > 5);
    assert.ok(await page.locator('#failing .copy').first().isHidden());
    await page.locator('#failing summary').tap();
    assert.ok(await page.locator('#failing code').last().isVisible());
  });
});
