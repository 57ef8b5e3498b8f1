// The on-screen drive stick: one pointer at a time, a push in x and y.
// It never goes on with a pointer that was let go of for it; that finger must be lifted and put down again.

import { deadZone } from './drive.js';

const DEAD_ZONE = 0.1;

export class Stick {
  #element;
  #drive;
  /** @type {number | null} */
  #pointer = null;

  /** @param {HTMLElement} element @param {import('./drive.js').Drive} drive */
  constructor(element, drive) {
    this.#element = element;
    this.#drive = drive;
    element.addEventListener('pointerdown', (event) => this.#press(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'lostpointercapture']) {
      element.addEventListener(name, (event) => this.#lift(/** @type {PointerEvent} */ (event)));
    }
    element.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  drop() {
    this.#pointer = null;
    this.#show(0, 0);
    this.#element.classList.remove('held');
    this.#drive.release('stick');
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (this.#pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#element.setPointerCapture(event.pointerId);
    this.#element.classList.add('held');
    this.#move(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    const reach = width * 0.36;
    let x = (event.clientX - left - width / 2) / reach;
    let y = (top + height / 2 - event.clientY) / reach;
    const length = Math.hypot(x, y);
    if (length > 1) {
      x /= length;
      y /= length;
    }
    this.#show(x * reach, -y * reach);
    this.#drive.hold('stick', { x: deadZone(x, DEAD_ZONE), y: deadZone(y, DEAD_ZONE) });
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    if (event.pointerId === this.#pointer) this.drop();
  }

  /** @param {number} x @param {number} y Pixels from the middle. */
  #show(x, y) {
    this.#element.style.setProperty('--x', `${x}px`);
    this.#element.style.setProperty('--y', `${y}px`);
  }
}
