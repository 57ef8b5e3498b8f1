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

/** Modes in which the robot acts by itself: never with an empty battery or too hot. */
const BY_ITSELF = new Set(['silent_guardian', 'coach', 'mission']);
const TOO_MUCH = new Set(['critical', 'emergency']);

export class Mode {
  #link;
  #refused;
  #chip;
  #word;
  #buttons;
  #timer = 0;
  /** @type {import('./link.js').Status | undefined} */
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

  /** @param {import('./link.js').Status | undefined} status */
  report(status) {
    const mode = status?.mode;
    this.#reported = status;
    this.#chip.dataset.mode = mode ?? '';
    this.#word.textContent = mode ? modeWord(mode) : 'Not known';
    for (const button of this.#buttons) {
      const is = button.dataset.mode === mode;
      button.setAttribute('aria-pressed', String(is));
      if (is || !mode) button.removeAttribute('aria-busy');
      this.#lock(button, is ? '' : lockWords(button.dataset.mode ?? '', status));
    }
  }

  /** A locked mode says why, to whoever points at it, presses it or has it read out. @param {HTMLElement} button @param {string} why */
  #lock(button, why) {
    const words = why || (button.dataset.mode === 'silent_guardian' ? 'Silent guardian' : '');
    if (button.title !== words) button.title = words;
    if (why) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  }

  /** @param {HTMLElement} button */
  async #ask(button) {
    if (button.getAttribute('aria-pressed') === 'true') return;
    if (button.hasAttribute('aria-disabled')) return this.#refused(button.title);
    this.#settle();
    button.setAttribute('aria-busy', 'true');
    this.#timer = setTimeout(() => this.#settle(), WAITS);
    const mode = button.dataset.mode ?? '';
    const source = this.#reported?.mode === 'mission' ? 'mission_end' : WAYS[mode];
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

/** Why a mode cannot be now, as far as the robot has told; it may still refuse. @param {string} mode @param {import('./link.js').Status | undefined} status */
function lockWords(mode, status) {
  if (!status) return '';
  const { mission, battery_level, heat_level } = status;
  if (mission && mission.run !== null && mode !== 'mission') return 'A mission is under way: cancel it first, under Training.';
  if (mode === 'mission' && !mission) return 'No mission is loaded: choose one under Training, Missions.';
  if (BY_ITSELF.has(mode) && TOO_MUCH.has(battery_level)) return 'The battery is too low for that.';
  if (BY_ITSELF.has(mode) && TOO_MUCH.has(heat_level)) return 'The robot is too hot for that.';
  return '';
}

/** `silent_guardian` is "Silent guardian". @param {string} mode */
export function modeWord(mode) {
  const words = mode.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
