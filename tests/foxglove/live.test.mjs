// Foxglove looks at a live robot: it has everything at once, at the robot's own time, by the schemas that it was told; and the
// robot neither waits for it nor changes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Robot, begin, until, wimz } from '../browser/robot.mjs';
import { TOPICS, Viewer, address } from './viewer.mjs';

const SAMPLE = 200e6;

/** @type {Robot[]} */
const robots = [];
after(() => Promise.all(robots.map((robot) => robot.clean())));

/** @param {string[]} words */
async function start(...words) {
  const robot = await Robot.start(() => ['--headless', '--foxglove', '--foxglove-port', '0', ...words]);
  robots.push(robot);
  return robot;
}

/** @param {string} base64 */
function isJpeg(base64) {
  const file = Buffer.from(base64, 'base64');
  return file.readUInt16BE(0) === 0xffd8 && file.readUInt16BE(file.length - 2) === 0xffd9;
}

test('every topic comes by its schema, at the time of the robot, at four times real time', async () => {
  const robot = await start('--speed', '4');
  const viewer = await Viewer.connect(address(robot));
  assert.deepEqual(viewer.info?.capabilities, ['time']);
  const schemas = [...viewer.channels].map(([topic, { schemaName }]) => [topic, schemaName]);
  assert.deepEqual(Object.fromEntries(schemas), TOPICS);
  for (const { encoding, schemaEncoding } of viewer.channels.values()) {
    assert.deepEqual([encoding, schemaEncoding], ['json', 'jsonschema']);
  }
  for (const topic of Object.keys(TOPICS)) viewer.subscribe(topic);
  const rung = await fetch(`${robot.url}/sim/break`, { method: 'POST', body: 'happens = "doorbell"' });
  assert.equal(rung.status, 204);
  for (const [topic, count] of [['/tf', 40], ['/plot', 40], ['/camera', 5], ['/scene', 1]]) await viewer.has(topic, count);
  await until('the bell in the log', () => viewer.seen['/events'].some(({ value }) => value.name === 'house'));

  // Nothing was left out, and robot time is what the robot says that it is.
  for (const topic of ['/tf', '/plot']) {
    const times = viewer.seen[topic].map(({ at }) => at);
    times.slice(1).forEach((at, place) => assert.equal(at - times[place], SAMPLE, topic));
  }
  const before = (await robot.truth()).at_us * 1_000;
  await until('the time', () => viewer.time >= before);
  const { time } = viewer;
  await until('the robot is as far as it said', async () => (await robot.truth()).at_us * 1_000 >= time);
  assert.ok(time - before < 30e9, `${time} is not the time after ${before}`);

  const frames = viewer.seen['/tf'].at(-1)?.value.transforms.map((one) => one.child_frame_id);
  assert.deepEqual(frames, ['robot', 'head', 'dog/biscuit']);
  const { translation } = viewer.seen['/tf'].at(-1)?.value.transforms[0];
  const { x, y } = await robot.truth();
  assert.deepEqual([translation.x, translation.y], [x, y]);
  assert.ok(viewer.seen['/camera'].every(({ value }) => value.format === 'jpeg' && isJpeg(value.data)));
  viewer.sound();
  await robot.end();
});

test('who comes late has the scene at once, and again by another subscription', async () => {
  const robot = await start('--dog', 'none', '--speed', '4');
  const url = address(robot);
  const first = await Viewer.connect(url);
  first.subscribe('/scene');
  first.subscribe('/tf');
  await first.has('/tf', 10);
  const late = await Viewer.connect(url);
  const subscription = late.subscribe('/scene');
  await late.has('/scene', 1);
  const ids = late.seen['/scene'][0].value.entities.map(({ id }) => id);
  for (const id of ['room', 'robot', 'head']) assert.ok(ids.includes(id), `${id} is in the scene`);
  late.client.unsubscribe(subscription);
  late.subscribe('/scene');
  await late.has('/scene', 2);
  // Nothing in it changes, so that it is not sent again.
  await first.has('/tf', 30);
  assert.deepEqual([first.seen['/scene'].length, late.seen['/scene'].length], [1, 2]);
  await robot.end();
});

test('pictures come for as long as they are subscribed to', async () => {
  const robot = await start('--speed', '4');
  const viewer = await Viewer.connect(address(robot));
  viewer.subscribe('/tf');
  await viewer.has('/tf', 5);
  assert.equal(viewer.seen['/camera'].length, 0);
  const subscription = viewer.subscribe('/camera');
  await viewer.has('/camera', 3);
  viewer.client.unsubscribe(subscription);
  await viewer.heard();
  const [pictures, samples] = [viewer.seen['/camera'].length, viewer.seen['/tf'].length];
  await viewer.has('/tf', samples + 30);
  assert.equal(viewer.seen['/camera'].length, pictures);
  viewer.sound();
  await robot.end();
});

test('who never reads holds up neither the run nor anybody else, and the run is the same without them', async () => {
  const robot = await start('--speed', '20');
  const url = address(robot);
  const [stalled, viewer] = [await Viewer.connect(url), await Viewer.connect(url)];
  for (const topic of Object.keys(TOPICS)) {
    stalled.subscribe(topic);
    viewer.subscribe(topic);
  }
  await stalled.has('/tf', 1);
  stalled.socket.pause();
  await viewer.has('/tf', 400);
  viewer.sound();
  const { code, hash } = await robot.end();
  assert.equal(code, 0);
  await until('the end is told', () => viewer.closed);
  const again = await wimz('replay', robot.recording);
  assert.deepEqual([again.code, again.hash], [0, hash]);
});

test('a replay begins when somebody looks, shows them all of it, and is the same', async () => {
  const robot = await start();
  await fetch(`${robot.url}/sim/break`, { method: 'POST', body: 'happens = "doorbell"' });
  await until('a second', async () => (await robot.truth()).at_us > 1_000_000);
  const { hash } = await robot.end();
  const replay = begin('replay', robot.recording, '--foxglove', '--foxglove-port', '0');
  const said = /** @type {RegExpMatchArray} */ (await until('where to look', () => replay.said.join('').match(/localhost:(\d+)/)));
  const viewer = await Viewer.connect(`ws://127.0.0.1:${said[1]}`);
  for (const topic of Object.keys(TOPICS)) viewer.subscribe(topic);
  await viewer.has('/camera', 2);
  const ended = await replay.ended;
  assert.deepEqual([ended.code, ended.hash], [0, hash]);
  viewer.sound();
  assert.ok(viewer.seen['/events'].some(({ value }) => value.name === 'house'));
  assert.deepEqual(viewer.seen['/tf'].map(({ at }) => at).slice(0, 5), [0, 1, 2, 3, 4].map((place) => place * SAMPLE));
});

test('it is spoken by each of its names, and what is not understood is answered', async () => {
  const robot = await start();
  const url = address(robot);
  for (const offered of [['foxglove.websocket.v1'], ['foxglove.sdk.v1'], ['foxglove.sdk.v1.1', 'foxglove.sdk.v1']]) {
    const viewer = await Viewer.connect(url, offered);
    assert.equal(viewer.socket.protocol, offered.at(-1));
    viewer.subscribe('/tf');
    viewer.subscribe('/tf');
    viewer.client.subscribe(99);
    viewer.socket.send('{');
    await viewer.heard();
    assert.equal(viewer.statuses.length, 4, viewer.statuses.join('\n'));
    await viewer.has('/tf', 3);
    const code = new Promise((done) => viewer.socket.once('close', done));
    viewer.socket.close(1000);
    assert.equal(await code, 1000, 'a good-bye is answered');
  }
  const stranger = new Viewer(url, ['something.else']);
  await until('the refusal', () => stranger.closed);
  await robot.end();
});
