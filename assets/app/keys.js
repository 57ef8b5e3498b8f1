// The keyboard: which of the keys that act while held are down, and single presses.
// It never takes a repeat, or a key held since before a stop or a loss of focus, for a press.

/** A key still held when focus returns repeats within this; later its next press is a fresh one. */
const REPEATS_WITHIN = 500;

export class Keys {
  #lasting;
  #taps;
  #changed;
  /** @type {Set<string>} */
  #held = new Set();
  /** Held when everything was let go: dead until seen up. @type {Set<string>} */
  #dead = new Set();

  /**
   * @param {Set<string>} lasting Codes that act while held.
   * @param {Record<string, () => void>} taps Single presses, by code, or by key where a key is no one place.
   * @param {(held: Set<string>) => void} changed
   */
  constructor(lasting, taps, changed) {
    this.#lasting = lasting;
    this.#taps = taps;
    this.#changed = changed;
    window.addEventListener('keydown', (event) => this.#down(event));
    window.addEventListener('keyup', (event) => this.#up(event));
    window.addEventListener('focus', () => setTimeout(() => this.#dead.clear(), REPEATS_WITHIN));
  }

  drop() {
    if (this.#held.size === 0) return;
    for (const code of this.#held) this.#dead.add(code);
    this.#held.clear();
    this.#changed(this.#held);
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    // With a Command key down macOS reports no key going up, so nothing may stay held.
    if (event.metaKey) return this.drop();
    if (event.ctrlKey || event.altKey) return;
    const { code, key, repeat } = event;
    if (isTheControls(event)) return;
    if (this.#lasting.has(code)) {
      event.preventDefault();
      if (repeat || this.#dead.has(code) || this.#held.has(code)) return;
      this.#held.add(code);
      this.#changed(this.#held);
    } else if (!repeat) {
      (this.#taps[code] ?? this.#taps[key])?.();
    }
  }

  /** @param {KeyboardEvent} event */
  #up({ code }) {
    this.#dead.delete(code);
    if (this.#held.delete(code)) this.#changed(this.#held);
  }
}

/** Whether a control has the focus that takes this key: a list, a date, a number take all, a slider the arrows. @param {KeyboardEvent} event */
function isTheControls({ target, code, key }) {
  if (key === 'Escape') return false;
  if (target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return code.startsWith('Arrow') || ['date', 'time', 'number'].includes(target.type);
}

/** The push of a pair of opposite keys. @param {Set<string>} held @param {string} plus @param {string} minus */
export function axis(held, plus, minus) {
  return Number(held.has(plus)) - Number(held.has(minus));
}
