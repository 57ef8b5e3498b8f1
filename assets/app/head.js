// The camera head: a pad to drag, arrow keys to hold, one button back to straight ahead; at most 15 commands a second.
// It never shows its own wish as the head's place: the dot is what the robot reports.

import { axis } from './keys.js';
import { UNANSWERED } from './link.js';

const PERIOD = 1000 / 15;
/** Degrees a second while an arrow is held. */
const RATE = 60;
const PAN = 80;
const TILT_LOW = -30;
const TILT_HIGH = 45;
/** For this long after asking, a new press goes on from what was asked; later from what the robot reports. */
const FRESH = 600;

/** @typedef {{pan: number, tilt: number}} Angles Degrees from centre; pan positive to the robot's left, tilt up. */

export class Head {
  #link;
  #refused;
  #pad;
  #seen;
  #asked;
  /** @type {Angles} */
  #reported = { pan: 0, tilt: 0 };
  /** @type {Angles} */
  #wish = { pan: 0, tilt: 0 };
  #wishedAt = -Infinity;
  #turn = { pan: 0, tilt: 0 };
  /** @type {number | null} */
  #pointer = null;
  #timer = 0;
  #unsent = false;

  /**
   * @param {{pad: HTMLElement, center: HTMLElement}} parts
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} refused
   */
  constructor({ pad, center }, link, refused) {
    this.#pad = pad;
    this.#link = link;
    this.#refused = refused;
    this.#seen = /** @type {HTMLElement} */ (pad.querySelector('.seen'));
    this.#asked = /** @type {HTMLElement} */ (pad.querySelector('.asked'));
    pad.addEventListener('pointerdown', (event) => this.#press(event));
    pad.addEventListener('pointermove', (event) => this.#drag(event));
    for (const name of ['pointerup', 'lostpointercapture']) {
      pad.addEventListener(name, (event) => {
        if (/** @type {PointerEvent} */ (event).pointerId === this.#pointer) this.#rest();
      });
    }
    pad.addEventListener('contextmenu', (event) => event.preventDefault());
    center.addEventListener('click', () => this.center());
  }

  /** @param {Angles} angles */
  report({ pan, tilt }) {
    this.#reported = { pan, tilt };
    place(this.#seen, this.#reported);
  }

  /** Which arrows are held. @param {Set<string>} held */
  arrows(held) {
    const turn = { pan: axis(held, 'ArrowLeft', 'ArrowRight'), tilt: axis(held, 'ArrowUp', 'ArrowDown') };
    const { pan, tilt } = this.#turn;
    const pressed = (turn.pan !== 0 && turn.pan !== pan) || (turn.tilt !== 0 && turn.tilt !== tilt);
    this.#turn = turn;
    if (!pressed) return;
    if (performance.now() - this.#wishedAt > FRESH) this.#wish = this.#reported;
    if (!this.#timer) this.#step();
  }

  center() {
    this.drop();
    this.#wishedAt = -Infinity;
    this.#ask('servo_center', {});
  }

  drop() {
    this.#turn = { pan: 0, tilt: 0 };
    this.#unsent = false;
    this.#rest();
  }

  #rest() {
    this.#pointer = null;
    this.#pad.classList.remove('held');
    this.#asked.hidden = true;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (this.#pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#pad.setPointerCapture(event.pointerId);
    this.#pad.classList.add('held');
    this.#drag(event);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (event.pointerId !== this.#pointer) return;
    const { left, top, width, height } = this.#pad.getBoundingClientRect();
    const across = (event.clientX - left) / width;
    const down = (event.clientY - top) / height;
    this.#want(PAN - 2 * PAN * across, TILT_HIGH - (TILT_HIGH - TILT_LOW) * down);
    this.#asked.hidden = false;
    place(this.#asked, this.#wish);
  }

  /** @param {number} pan @param {number} tilt */
  #want(pan, tilt) {
    this.#wish = { pan: within(pan, -PAN, PAN), tilt: within(tilt, TILT_LOW, TILT_HIGH) };
    this.#wishedAt = performance.now();
    this.#unsent = true;
    if (!this.#timer) this.#flush();
  }

  #step() {
    const degrees = (RATE * PERIOD) / 1000;
    this.#want(this.#wish.pan + degrees * this.#turn.pan, this.#wish.tilt + degrees * this.#turn.tilt);
  }

  #flush() {
    this.#unsent = false;
    this.#ask('servo', this.#wish);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#turn.pan !== 0 || this.#turn.tilt !== 0) this.#step();
      else if (this.#unsent) this.#flush();
    }, PERIOD);
  }

  /** @param {string} command @param {object} data */
  async #ask(command, data) {
    const { error } = await this.#link.send(command, data);
    if (!error || UNANSWERED.has(error.code)) return;
    this.drop();
    this.#refused(error.message);
  }
}

/** @param {number} value @param {number} low @param {number} high */
function within(value, low, high) {
  return Math.round(Math.max(low, Math.min(high, value)) * 10) / 10;
}

/** @param {HTMLElement} mark @param {Angles} angles */
function place(mark, { pan, tilt }) {
  mark.style.left = `${(100 * (PAN - pan)) / (2 * PAN)}%`;
  mark.style.top = `${(100 * (TILT_HIGH - tilt)) / (TILT_HIGH - TILT_LOW)}%`;
}
