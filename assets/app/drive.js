// From what is held (stick, keys, gamepad) to motor commands: 20 a second while held, zero at once when let go.
// It never sends after a loss of attention or a stop without a fresh press, and never outlasts what is held.

import { UNANSWERED } from './link.js';

const PERIOD = 50;
const ZERO_REPEATS = 3;
/** Refusals after which it is worth going on; any other lets go. */
const PASSING = new Set(['busy', 'expired']);
/** Who counts when several are held. */
const RANK = ['stick', 'keys', 'gamepad'];

/** @typedef {{x: number, y: number}} Push x to the right, y ahead, each -1 to 1 */

/**
 * Nothing below the zone, then from zero again, so that the robot starts softly.
 * @param {number} value
 * @param {number} zone
 */
export function deadZone(value, zone) {
  const beyond = Math.abs(value) - zone;
  return beyond <= 0 ? 0 : Math.sign(value) * Math.min(1, beyond / (1 - zone));
}

/** @param {Push} push @param {number} speed */
export function mix({ x, y }, speed) {
  return { left: scaled(y + x, speed), right: scaled(y - x, speed) };
}

/** @param {number} value @param {number} speed */
function scaled(value, speed) {
  return Math.round(Math.max(-1, Math.min(1, value)) * speed * 1000) / 1000;
}

export class Drive {
  speed = 0.7;
  #link;
  #mode;
  #refused;
  /** @type {Map<string, Push>} */
  #held = new Map();
  /** @type {'rest' | 'entering' | 'driving'} */
  #phase = 'rest';
  /** Counts the presses, so that an answer to an earlier one is not taken for this one's. */
  #run = 0;
  #ticker = 0;
  #zeros = 0;

  /**
   * @param {import('./link.js').Link} link
   * @param {() => string | undefined} mode What the robot last reported.
   * @param {(message: string, letGo: boolean) => void} refused
   */
  constructor(link, mode, refused) {
    this.#link = link;
    this.#mode = mode;
    this.#refused = refused;
  }

  get driving() {
    return this.#phase !== 'rest';
  }

  /** @param {string} source @param {Push} push */
  hold(source, push) {
    this.#held.set(source, push);
    if (this.#phase === 'rest' && (push.x !== 0 || push.y !== 0)) this.#begin();
  }

  /** @param {string} source */
  release(source) {
    if (this.#held.delete(source) && this.#held.size === 0) this.halt();
  }

  /** Zero now, unless something stronger was just sent. @param {{zero?: boolean}} [how] */
  halt({ zero = true } = {}) {
    const moved = this.#phase === 'driving';
    if (moved && zero) this.#zero();
    else if (!zero) clearInterval(this.#zeros);
    clearInterval(this.#ticker);
    this.#held.clear();
    this.#phase = 'rest';
    this.#run++;
  }

  async #begin() {
    const run = ++this.#run;
    clearInterval(this.#zeros);
    this.#phase = 'entering';
    if (!this.#link.open) return this.#refused('There is no link to the robot.', true);
    if (this.#mode() === 'idle') {
      const request = { mode: 'manual', source: 'drive_enter', timestamp: new Date().toISOString() };
      const ack = await this.#link.send('set_mode', request);
      if (run !== this.#run) return;
      if (!ack.success) return this.#refused(ack.error?.message ?? 'The robot refused to be driven.', true);
    }
    this.#phase = 'driving';
    this.#tick();
    this.#ticker = setInterval(() => this.#tick(), PERIOD);
  }

  async #tick() {
    if (this.#link.choked) return;
    const run = this.#run;
    const echo = { heartbeat: this.#link.heartbeat };
    const ack = await this.#link.send('motor', { ...mix(this.#push(), this.speed), ...echo });
    const error = ack.error;
    if (run !== this.#run || !error || UNANSWERED.has(error.code)) return;
    this.#refused(error.message, !PASSING.has(error.code));
  }

  /** @returns {Push} */
  #push() {
    for (const source of RANK) {
      const push = this.#held.get(source);
      if (push && (push.x !== 0 || push.y !== 0)) return push;
    }
    return { x: 0, y: 0 };
  }

  #zero() {
    if (!this.#link.open) {
      this.#link.stopByHttp();
      return;
    }
    clearInterval(this.#zeros);
    let left = ZERO_REPEATS;
    const send = () => this.#link.send('motor', { left: 0, right: 0 });
    send();
    this.#zeros = setInterval(() => {
      send();
      if (--left === 0) clearInterval(this.#zeros);
    }, PERIOD);
  }
}
