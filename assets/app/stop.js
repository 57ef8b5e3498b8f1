// STOP, Emergency and Release: the button, the space bar, and the second way by HTTP.
// It never asks whether to stop, never waits for anything first, and never releases a latch by itself.

/** A stop that is not answered by then also goes by HTTP. */
const SECOND_PATH_AFTER = 600;
/** A click this soon after its own press is the same press. */
const SAME_PRESS = 800;
const NOTE_LASTS = 2500;

export class Stop {
  #link;
  #letGo;
  #say;
  #note;
  #noteTimer = 0;
  /** When this page last stopped the robot. */
  at = -Infinity;

  /**
   * @param {{stop: HTMLElement, note: HTMLElement, emergency: HTMLElement, release: HTMLElement}} parts
   * @param {import('./link.js').Link} link
   * @param {() => void} letGo Lets go of everything held, without a zero: the stop says it.
   * @param {(message: string) => void} say
   */
  constructor({ stop, note, emergency, release }, link, letGo, say) {
    this.#link = link;
    this.#letGo = letGo;
    this.#say = say;
    this.#note = note;
    onPress(stop, () => this.stop());
    onPress(emergency, () => this.#halt('emergency_stop'));
    release.addEventListener('click', () => this.#release());
    for (const name of ['keydown', 'keyup']) {
      window.addEventListener(name, (event) => this.#space(/** @type {KeyboardEvent} */ (event)), { capture: true });
    }
  }

  stop() {
    this.#halt('stop');
  }

  /** The space bar stops, and does nothing else anywhere on the page. @param {KeyboardEvent} event */
  #space(event) {
    if (event.code !== 'Space') return;
    if (event.type === 'keydown' && !event.repeat) this.stop();
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {'stop' | 'emergency_stop'} command */
  async #halt(command) {
    const answer = this.#link.send(command);
    const second = this.#link.open ? 0 : this.#byHttp(command);
    this.#letGo();
    this.at = performance.now();
    this.#tell('Stopping');
    if (second) return second;
    const late = setTimeout(() => this.#byHttp(command), SECOND_PATH_AFTER);
    const ack = await answer;
    clearTimeout(late);
    if (ack.success) this.#tell(ack.result?.evidence === 'unconfirmed' ? 'Sent, not confirmed' : 'Stopped');
    else this.#say(ack.error?.message ?? 'The robot refused to stop.');
  }

  /** @param {'stop' | 'emergency_stop'} command */
  async #byHttp(command) {
    if (await this.#link.stopByHttp(command)) this.#tell('Stopped');
    else this.#say('STOP did not reach the robot. Without commands it stops by itself.');
  }

  async #release() {
    const { success, error } = await this.#link.send('stop_release');
    if (!success) this.#say(error?.message ?? 'The robot stays latched.');
  }

  /** @param {string} words */
  #tell(words) {
    this.#note.textContent = words;
    clearTimeout(this.#noteTimer);
    this.#noteTimer = setTimeout(() => (this.#note.textContent = ''), NOTE_LASTS);
  }
}

/**
 * Acts when a finger goes down, for a second finger gives no click; and on the clicks of keys and screen readers.
 * @param {HTMLElement} button
 * @param {() => void} act
 */
function onPress(button, act) {
  let pressed = -Infinity;
  button.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pressed = performance.now();
    act();
  });
  button.addEventListener('click', ({ detail }) => {
    if (detail === 0 || performance.now() - pressed > SAME_PRESS) act();
  });
  button.addEventListener('contextmenu', (event) => event.preventDefault());
}
