// A person at the page: sees, drives, lets go, stops, goes away. Each test has a robot and a browser profile of its own.
//
// Verdicts poll with a limit and never rest on a fixed pause. Limits are the robot's own: it must be at rest 400 ms
// after a hand is gone (a command is good for 300 ms).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Cockpit, DESK, PHONE, apart, launch } from './page.mjs';
import { Robot, stays, until, wimz } from './robot.mjs';

/** Longest time from a hand that is gone to tracks that stand, in milliseconds. */
const AT_REST_WITHIN = 400;
/** How long a robot that must stay at rest is watched: well past any command on its way. */
const WATCH = 700;
/** No order may make the tracks faster than this, of full duty. */
const FASTEST = 1;

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/**
 * A test with a robot and a page; in the end the page has had nothing to complain of and the robot ends in order.
 * @param {string} title @param {(robot: Robot, cockpit: Cockpit) => Promise<void>} act
 * @param {object} [how] The window.
 */
function drive(title, act, how = DESK) {
  test(title, { timeout: 90_000 }, async () => {
    const robot = await Robot.start();
    try {
      const cockpit = await Cockpit.open(browser, robot.url, how);
      await act(robot, cockpit);
      assert.deepEqual(cockpit.complaints, []);
      await cockpit.context.close();
      assert.equal((await robot.end()).code, 0);
    } finally {
      await robot.clean();
    }
  });
}

/** @param {Robot} robot */
async function moving(robot) {
  const { drive } = await until('the tracks turn ahead', async () => {
    const status = await robot.status();
    return status.drive.left > 0 && status.drive.right > 0 && status;
  });
  assert.ok(Math.max(drive.left, drive.right) <= FASTEST, JSON.stringify(drive));
}

/** From now on: at rest in time, and still so afterwards. @param {Robot} robot */
async function comesToRest(robot) {
  await until('the tracks stand', () => robot.atRest(), AT_REST_WITHIN);
  await remainsAtRest(robot);
}

/** At rest in time because the page said so, and not because its commands ran out. @param {Robot} robot */
async function isAskedToRest(robot) {
  await comesToRest(robot);
  const ends = robot.story().match(/at rest: [a-z ]+/g) ?? [];
  assert.deepEqual(ends.map((end) => end.trim()), ['at rest: as asked']);
}

/** @param {Robot} robot */
async function remainsAtRest(robot) {
  await stays('the tracks stand', () => robot.atRest(), WATCH);
}

/** @param {Robot} robot @param {Cockpit} cockpit */
async function holdW(robot, cockpit) {
  await cockpit.down('KeyW');
  await moving(robot);
}

drive('the camera shows what changes as the robot drives', async (robot, cockpit) => {
  const first = await until('there is a picture', () => cockpit.picture());
  assert.ok(new Set(first).size > 20, 'the picture shows something');
  await holdW(robot, cockpit);
  await until('the picture changes', async () => apart(first, (await cockpit.picture()) ?? first) > 5);
  const snapshot = await fetch(`${robot.url}/camera/snapshot`);
  assert.equal(snapshot.headers.get('content-type'), 'image/jpeg');
});

drive('W held drives the robot through the room', async (robot, cockpit) => {
  const from = await robot.truth();
  await holdW(robot, cockpit);
  await until('it has come 20 cm', async () => {
    const { x, y } = await robot.truth();
    return Math.hypot(x - from.x, y - from.y) > 0.2;
  });
  assert.equal((await robot.status()).mode, 'manual');
  assert.equal(await cockpit.part('mode').getAttribute('data-mode'), 'manual');
  await until('the page shows both tracks', async () => {
    const shown = ['drive-left', 'drive-right'].map((id) => cockpit.part(id).getAttribute('aria-valuenow'));
    return (await Promise.all(shown)).every((value) => Number(value) > 0);
  });
});

drive('A and D turn it, S backs it', async (robot, cockpit) => {
  const turns = { KeyA: ['left', 'right'], KeyD: ['right', 'left'] };
  for (const [key, [back, ahead]] of Object.entries(turns)) {
    await cockpit.down(key);
    await until(`${key} turns`, async () => {
      const { drive } = await robot.status();
      return drive[back] < 0 && drive[ahead] > 0;
    });
    await cockpit.up(key);
    await comesToRest(robot);
  }
  await cockpit.down('KeyS');
  await until('S backs', async () => {
    const { drive } = await robot.status();
    return drive.left < 0 && drive.right < 0;
  });
});

drive('letting go of W stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.up('KeyW');
  await isAskedToRest(robot);
});

drive('another window in front stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await isAskedToRest(robot);
  await cockpit.down('KeyW');
  await remainsAtRest(robot);
});

drive('another tab in front stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  const other = await cockpit.leave();
  await isAskedToRest(robot);
  await other.close();
});

drive('a page that is hidden stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  // A headless page is never hidden, so it is told that it is, as a phone's home button would.
  await cockpit.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await isAskedToRest(robot);
});

drive('a page that closes stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.page.close();
  await comesToRest(robot);
});

drive('a page that leaves for another stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.page.goto('about:blank');
  await comesToRest(robot);
});

drive('a page that dies stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  const devtools = await cockpit.context.newCDPSession(cockpit.page);
  // A page that crashed answers nothing more, not even this.
  devtools.send('Page.crash').catch(() => {});
  await until('the page crashed', () => cockpit.complaints.length > 0);
  await comesToRest(robot);
  assert.deepEqual(cockpit.complaints.splice(0), ['the page crashed']);
});

drive('a page that hangs stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  const hang = cockpit.page.evaluate((span) => {
    const end = performance.now() + span;
    while (performance.now() < end);
  }, 3 * AT_REST_WITHIN);
  await until('the tracks stand', () => robot.atRest(), AT_REST_WITHIN);
  await hang;
});

drive('Space stops it, and a W still held stays dead until it is pressed again', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.page.keyboard.press('Space');
  await until('the tracks stand', () => robot.atRest(), AT_REST_WITHIN);
  // Chromium repeats a key that is down; so does this.
  await stays(
    'the tracks stand',
    async () => {
      await cockpit.down('KeyW');
      return robot.atRest();
    },
    WATCH,
  );
  await cockpit.up('KeyW');
  await holdW(robot, cockpit);
});

drive('the STOP button stops it', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.part('stop').click();
  await comesToRest(robot);
  assert.equal((await robot.status()).drive.latched, false);
});

drive('Emergency latches until Release', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.part('emergency').click();
  await cockpit.part('latched').waitFor({ state: 'visible' });
  await comesToRest(robot);
  assert.equal((await robot.status()).drive.latched, true);
  await cockpit.up('KeyW');
  await cockpit.down('KeyW');
  await remainsAtRest(robot);
  await cockpit.up('KeyW');
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await cockpit.part('latched').waitFor({ state: 'visible' });
  await cockpit.part('release').click();
  await cockpit.part('latched').waitFor({ state: 'hidden' });
  assert.equal((await robot.status()).drive.latched, false);
  await holdW(robot, cockpit);
});

drive('the arrow keys turn the head, and C looks ahead again', async (robot, cockpit) => {
  const head = async () => (await robot.status()).head;
  await cockpit.down('ArrowLeft');
  await until('it looks left', async () => (await head()).pan > 10);
  await cockpit.up('ArrowLeft');
  await cockpit.down('ArrowUp');
  await until('it looks up', async () => (await head()).tilt > 5);
  await cockpit.up('ArrowUp');
  await cockpit.page.keyboard.press('KeyC');
  await until('it looks ahead', async () => Math.abs((await head()).pan) < 1 && Math.abs((await head()).tilt) < 1);
  const box = await cockpit.part('head-pad').boundingBox();
  assert.ok(box);
  await cockpit.page.mouse.click(box.x + 0.8 * box.width, box.y + 0.5 * box.height);
  await until('it looks right', async () => (await head()).pan < -10);
  await cockpit.part('center').click();
  await until('it looks ahead', async () => Math.abs((await head()).pan) < 1);
});

drive('the mode switch changes the mode, and shows what the robot reports', async (robot, cockpit) => {
  for (const mode of ['manual', 'coach', 'silent_guardian', 'idle']) {
    await cockpit.part(`mode-${mode}`).click();
    await until(`the robot is in ${mode} mode`, async () => (await robot.status()).mode === mode);
    await cockpit.page.locator(`[data-testid=mode][data-mode=${mode}]`).waitFor();
  }
});

drive('a mode that cannot be is refused in words', async (robot, cockpit) => {
  // It looks locked, and says why to whoever presses it all the same.
  await cockpit.page.locator('[data-testid=mode-mission][aria-disabled=true]').click({ force: true });
  await cockpit.part('toast').getByText('No mission is loaded').waitFor();
  assert.equal((await robot.status()).mode, 'idle');
});

drive('every motor command echoes the newest heartbeat', async (robot, cockpit) => {
  let heard = -1;
  const stale = [];
  let motors = 0;
  cockpit.page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const { type, data } = JSON.parse(String(payload));
      if (type === 'heartbeat') heard = data.seq;
    });
    socket.on('framesent', ({ payload }) => {
      const { command, data } = JSON.parse(String(payload));
      if (command !== 'motor' || data.left === 0) return;
      motors += 1;
      // The page may have one that is told to this test a moment later.
      if (!(data.heartbeat >= heard - 1)) stale.push([data.heartbeat, heard]);
    });
  });
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await cockpit.page.locator('[data-testid=mode][data-mode=idle]').waitFor();
  await holdW(robot, cockpit);
  await until('it has driven for a while', () => motors > 20);
  assert.deepEqual(stale, []);
});

drive('a press of Treat is one treat, though its answer is lost with the link', async (robot, cockpit) => {
  const ids = [];
  let cut = false;
  await cockpit.page.routeWebSocket(/ws\/local/, (page) => {
    const server = page.connectToServer();
    page.onMessage((text) => {
      const { command, data } = JSON.parse(String(text));
      if (command === 'dispense_treat') ids.push(data.request_id);
      server.send(text);
    });
    server.onMessage((text) => {
      const { type, data } = JSON.parse(String(text));
      if (!cut && type === 'command_ack' && data.command === 'dispense_treat') {
        cut = true;
        server.close();
        page.close();
      } else page.send(text);
    });
  });
  await cockpit.page.reload({ waitUntil: 'domcontentloaded' });
  await until('treats can be given', async () => {
    const { health, store } = await robot.status();
    return health.dispenser.state === 'ok' && store === 'ok';
  });
  await cockpit.part('treat').click();
  await until('it is asked again', () => ids.length > 1);
  await cockpit.part('toast').getByText('A treat dropped').waitFor();
  assert.equal(new Set(ids).size, 1, 'under the same name');
  assert.equal((await robot.status()).treats.day, 1);
  await cockpit.part('treat').click();
  await until('another press has another name', () => new Set(ids).size === 2);
});

drive('a photo is shown, and can be saved', async (_, cockpit) => {
  await cockpit.part('photo').click();
  await cockpit.part('shot').waitFor();
  const width = await cockpit.part('shot').locator('img').evaluate((/** @type {HTMLImageElement} */ image) => image.decode().then(() => image.naturalWidth));
  assert.ok(width > 100, String(width));
  const [download] = await Promise.all([cockpit.page.waitForEvent('download'), cockpit.part('shot-save').click()]);
  assert.match(download.suggestedFilename(), /^wimz_\d{8}_\d{6}.*\.jpg$/);
});

drive('the volume and the light are what the page asks for', async (robot, cockpit) => {
  await cockpit.part('volume').fill('30');
  await until('the volume is 30', async () => (await robot.status()).sound.volume === 30);
  await cockpit.part('pattern').selectOption('rainbow');
  await until('the ring shows a rainbow', async () => (await robot.status()).light.pattern === 'rainbow');
  await cockpit.part('color').fill('#204060');
  await until('the ring has its colour', async () => {
    const { r, g, b } = (await robot.status()).light;
    return r === 0x20 && g === 0x40 && b === 0x60;
  });
});

drive('a second page may stop the robot that the first drives', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  const second = await cockpit.context.newPage();
  await second.goto(robot.url, { waitUntil: 'domcontentloaded' });
  await second.locator('[data-testid=link][data-state=open]').waitFor();
  await moving(robot);
  await second.getByTestId('stop').click();
  await comesToRest(robot);
});

drive(
  'a phone drives with the stick, and stops as the finger lifts',
  async (robot, cockpit) => {
    const finger = await cockpit.finger('stick');
    await finger.move(0, -40);
    await moving(robot);
    await finger.lift();
    await isAskedToRest(robot);
  },
  PHONE,
);

drive(
  'a touch that the phone takes away stops it',
  async (robot, cockpit) => {
    const finger = await cockpit.finger('stick');
    await finger.move(0, -40);
    await moving(robot);
    await finger.lose();
    await isAskedToRest(robot);
  },
  PHONE,
);

drive(
  'a second finger on STOP stops it while the first still holds the stick',
  async (robot, cockpit) => {
    const finger = await cockpit.finger('stick');
    await finger.move(0, -40);
    await moving(robot);
    await finger.second('stop', 0, -40);
    await comesToRest(robot);
    await finger.move(0, -30);
    await remainsAtRest(robot);
  },
  PHONE,
);

drive(
  'on a phone all that drives and stops is in reach without scrolling',
  async (_, cockpit) => {
    const { width, height } = PHONE.viewport;
    const ids = ['stop', 'emergency', 'stick', 'head-pad', 'camera', 'mode-manual', 'mode-idle', 'photo', 'treat', 'more'];
    // With sound and light in the room's place everything else stays where it is.
    const place = await cockpit.part('stop').boundingBox();
    await cockpit.part('more').click();
    await cockpit.part('audio-play').waitFor();
    assert.deepEqual(await cockpit.part('stop').boundingBox(), place, 'STOP stays where the thumb knows it');
    for (const id of [...ids, 'audio-play', 'volume', 'pattern', 'call']) {
      const box = await cockpit.part(id).boundingBox();
      assert.ok(box, `${id} is on the page`);
      const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
      assert.ok(inside, `${id} is in view: ${JSON.stringify(box)}`);
    }
    assert.ok((await cockpit.page.evaluate(() => document.documentElement.scrollWidth)) <= width);
  },
  PHONE,
);

drive('a session driven from the page replays to the same hash', async (robot, cockpit) => {
  await holdW(robot, cockpit);
  await cockpit.down('KeyA');
  await cockpit.down('ArrowRight');
  await until('it looks right', async () => (await robot.status()).head.pan < -5);
  await cockpit.page.keyboard.press('Space');
  await comesToRest(robot);
  await cockpit.part('emergency').click();
  await cockpit.part('release').click();
  await cockpit.part('latched').waitFor({ state: 'hidden' });
  await cockpit.up('KeyW');
  await holdW(robot, cockpit);
  const ended = await robot.end();
  assert.equal(ended.code, 0);
  assert.ok(ended.hash, ended.lines.join('\n'));
  const replayed = await wimz('replay', robot.recording);
  assert.equal(replayed.code, 0, replayed.lines.join('\n'));
  assert.equal(replayed.hash, ended.hash);
  // Without its robot the page may complain.
  cockpit.complaints.length = 0;
});
