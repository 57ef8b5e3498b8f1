// The mode: what the robot reports, and a switch to ask for another.
// It never shows a mode that the robot has not reported; until then the asked one only looks asked.

const WAITS = 3000;

/** The way by which each mode is entered from a menu, by the contract's words. @type {Record<string, string>} */
const WAYS = {
  idle: 'dropdown',
  silent_guardian: 'dropdown',
  coach: 'dropdown',
  manual: 'drive_enter',
  mission: 'mission_start',
};

export class Mode {
  #link;
  #refused;
  #chip;
  #word;
  #buttons;
  #timer = 0;
  /** @type {string | undefined} */
  #reported;

  /**
   * @param {{chip: HTMLElement, word: HTMLElement, buttons: HTMLElement[]}} parts
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} refused
   */
  constructor({ chip, word, buttons }, link, refused) {
    this.#chip = chip;
    this.#word = word;
    this.#buttons = buttons;
    this.#link = link;
    this.#refused = refused;
    for (const button of buttons) button.addEventListener('click', () => this.#ask(button));
  }

  /** @param {string | undefined} mode */
  report(mode) {
    this.#reported = mode;
    this.#chip.dataset.mode = mode ?? '';
    this.#word.textContent = mode ? modeWord(mode) : 'Not known';
    for (const button of this.#buttons) {
      const is = button.dataset.mode === mode;
      button.setAttribute('aria-pressed', String(is));
      if (is || !mode) button.removeAttribute('aria-busy');
    }
  }

  /** @param {HTMLElement} button */
  async #ask(button) {
    if (button.getAttribute('aria-pressed') === 'true') return;
    this.#settle();
    button.setAttribute('aria-busy', 'true');
    this.#timer = setTimeout(() => this.#settle(), WAITS);
    const mode = button.dataset.mode ?? '';
    // Whoever picks another mode during a mission ends it.
    const source = this.#reported === 'mission' ? 'mission_end' : WAYS[mode];
    const request = { mode, source, timestamp: new Date().toISOString() };
    const { success, error } = await this.#link.send('set_mode', request);
    if (success) return;
    this.#settle();
    this.#refused(error?.message ?? 'The robot stays in its mode.');
  }

  #settle() {
    clearTimeout(this.#timer);
    for (const button of this.#buttons) button.removeAttribute('aria-busy');
  }
}

/** `silent_guardian` is "Silent guardian". @param {string} mode */
export function modeWord(mode) {
  const words = mode.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
