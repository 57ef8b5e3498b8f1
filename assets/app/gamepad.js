// An optional gamepad: its left stick drives, its B button stops.
// It never drives while the page is not in front, nor after a stop until its stick has been back in the middle.

import { deadZone } from './drive.js';

const DEAD_ZONE = 0.3;
const B_BUTTON = 1;

export class Pads {
  #drive;
  #stop;
  #held = false;
  #dead = true;
  #stopDown = false;
  #frame = 0;

  /** @param {import('./drive.js').Drive} drive @param {() => void} stop */
  constructor(drive, stop) {
    this.#drive = drive;
    this.#stop = stop;
    window.addEventListener('gamepadconnected', () => this.#next());
    window.addEventListener('gamepaddisconnected', () => this.#read());
  }

  drop() {
    this.#dead = true;
    this.#held = false;
    this.#drive.release('gamepad');
  }

  #next() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      if (this.#read()) this.#next();
    });
  }

  /** Reads the first gamepad. Says whether there is one. */
  #read() {
    const pad = navigator.getGamepads().find((each) => each?.connected);
    const down = pad?.buttons[B_BUTTON]?.pressed ?? false;
    if (down && !this.#stopDown) this.#stop();
    this.#stopDown = down;
    if (!pad || !document.hasFocus()) {
      if (this.#held) this.drop();
      this.#dead = true;
      return pad !== undefined;
    }
    const push = { x: deadZone(pad.axes[0], DEAD_ZONE), y: deadZone(-pad.axes[1], DEAD_ZONE) };
    const pushed = push.x !== 0 || push.y !== 0;
    if (!pushed) this.#dead = false;
    if (pushed && !this.#dead) {
      this.#held = true;
      this.#drive.hold('gamepad', push);
    } else if (this.#held) {
      this.#held = false;
      this.#drive.release('gamepad');
    }
    return true;
  }
}
