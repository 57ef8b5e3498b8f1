// Foxglove's own client, connected to a robot: what it is sent, in order, with the checks that hold for every message.

import assert from 'node:assert/strict';
import foxglove from '@foxglove/ws-protocol';
import { Ajv } from 'ajv';
import WebSocket from 'ws';

import { until } from '../browser/robot.mjs';

/** Every topic, and the name of its schema. */
export const TOPICS = {
  '/scene': 'foxglove.SceneUpdate',
  '/tf': 'foxglove.FrameTransforms',
  '/plot': 'wimz.Plot',
  '/events': 'foxglove.Log',
  '/camera': 'foxglove.CompressedImage',
};

/** @typedef {{ at: number, value: any }} Seen A message and its log time, in nanoseconds. */

/** Where Foxglove finds this robot. @param {import('../browser/robot.mjs').Robot} robot @returns {string} */
export function address(robot) {
  const told = robot.story().match(/^ {2}Foxglove +ws:\/\/localhost:(\d+)$/m);
  assert.ok(told, 'the robot says where Foxglove finds it');
  return `ws://127.0.0.1:${told[1]}`;
}

/** One client of a robot. */
export class Viewer {
  /** @param {string} url @param {string | string[]} protocols */
  constructor(url, protocols = foxglove.FoxgloveClient.SUPPORTED_SUBPROTOCOL) {
    this.socket = new WebSocket(url, protocols);
    this.client = new foxglove.FoxgloveClient({ ws: /** @type {any} */ (this.socket) });
    /** @type {Map<string, any>} */
    this.channels = new Map();
    /** @type {Map<number, { topic: string, fits: import('ajv').ValidateFunction }>} */
    this.subscriptions = new Map();
    /** @type {Record<string, Seen[]>} */
    this.seen = Object.fromEntries(Object.keys(TOPICS).map((topic) => [topic, []]));
    /** @type {string[]} */
    this.statuses = [];
    /** @type {unknown[]} */
    this.wrong = [];
    this.time = -1;
    this.closed = false;
    this.client.on('serverInfo', (info) => (this.info = info));
    this.client.on('advertise', (channels) => {
      for (const channel of channels) this.channels.set(channel.topic, channel);
    });
    this.client.on('time', ({ timestamp }) => this.#check(() => this.#tick(Number(timestamp))));
    this.client.on('message', (message) => this.#check(() => this.#message(message)));
    this.client.on('status', ({ message }) => this.statuses.push(message));
    this.client.on('error', (error) => this.wrong.push(error));
    this.client.on('close', () => (this.closed = true));
  }

  /** Connects, and waits for what there is. @param {string} url @param {string | string[]} [protocols] */
  static async connect(url, protocols) {
    const viewer = new Viewer(url, protocols);
    await until('what there is', () => {
      viewer.sound();
      return viewer.channels.size > 0;
    });
    return viewer;
  }

  /** @param {string} topic */
  subscribe(topic) {
    const channel = this.channels.get(topic);
    const fits = new Ajv({ strict: false }).compile(JSON.parse(channel.schema));
    const id = this.client.subscribe(channel.id);
    this.subscriptions.set(id, { topic, fits });
    return id;
  }

  /** Nothing that came was wrong. */
  sound() {
    if (this.wrong.length > 0) throw this.wrong[0];
  }

  /** Waits until so many messages of a topic are there. @param {string} topic @param {number} count */
  async has(topic, count) {
    await until(`${count} messages of ${topic}`, () => {
      this.sound();
      return this.seen[topic].length >= count;
    });
  }

  /** Waits until all that was asked before has been heard: what is not understood is answered. */
  async heard() {
    const before = this.statuses.length;
    this.socket.send(JSON.stringify({ op: 'getParameters', parameterNames: [] }));
    await until('the answer', () => this.statuses.length > before);
  }

  /** @param {() => void} check */
  #check(check) {
    try {
      check();
    } catch (error) {
      this.wrong.push(error);
    }
  }

  /** @param {number} time */
  #tick(time) {
    assert.ok(time > this.time, `time goes on: ${time} after ${this.time}`);
    this.time = time;
  }

  /** @param {{ subscriptionId: number, timestamp: bigint, data: DataView }} message */
  #message({ subscriptionId, timestamp, data }) {
    const subscription = this.subscriptions.get(subscriptionId);
    assert.ok(subscription, `a message of no subscription: ${subscriptionId}`);
    const { topic, fits } = subscription;
    const [at, value] = [Number(timestamp), JSON.parse(new TextDecoder().decode(data))];
    assert.ok(fits(value), `${topic}: ${JSON.stringify(fits.errors)}`);
    assert.ok(at <= this.time, `${topic}: ${at} is ahead of the clock at ${this.time}`);
    assert.ok(at >= (this.seen[topic].at(-1)?.at ?? 0), `${topic}: ${at} is before the message before`);
    const stamps = (value.entities ?? value.transforms ?? [value]).map(({ timestamp: { sec, nsec } }) => sec * 1e9 + nsec);
    if (topic === '/events') assert.ok(stamps[0] <= at, `an event of ${stamps[0]} is logged at ${at}`);
    else for (const stamp of stamps) assert.equal(stamp, at, topic);
    this.seen[topic].push({ at, value });
  }
}
