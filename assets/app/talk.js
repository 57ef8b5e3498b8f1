// Push-to-talk: while the button is held, the microphone is heard; let go, and the robot says it to the dog.
// Nothing is recorded before the button is held or after it is let go, and nothing is kept.

import { close, length, open, wav } from './microphone.js';

/** What the robot takes at most; all spans are in milliseconds. */
const LONGEST = 10_000;
/** A slip of the finger is no message. */
const SHORTEST = 250;
/** The robot says each message out before the next; one that is not told of by then is lost. */
const WAITS = 60_000;

export class Talk {
  #button;
  #link;
  #say;
  /** @type {import('./microphone.js').Ear | undefined} */
  #ear;
  #held = false;
  #timer = 0;
  #wait = 0;
  #last = 0;

  /**
   * @param {HTMLElement} button
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} say
   */
  constructor(button, link, say) {
    this.#button = button;
    this.#link = link;
    this.#say = say;
    button.addEventListener('pointerdown', (event) => {
      button.setPointerCapture(event.pointerId);
      this.#begin();
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      button.addEventListener(end, () => this.#end());
    }
    // Held down by keyboard as well; the space bar is the robot's stop.
    button.addEventListener('keydown', ({ code, repeat }) => code === 'Enter' && !repeat && this.#begin());
    button.addEventListener('keyup', ({ code }) => code === 'Enter' && this.#end());
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    link.on('played', (played) => this.#played(played));
    link.on('close', () => {
      this.drop();
      this.#show('');
    });
  }

  /** Lets go without a word: what was heard is forgotten. */
  drop() {
    if (!this.#held) return;
    this.#held = false;
    this.#close();
    this.#show('');
  }

  async #begin() {
    if (this.#held || !this.#link.open) return;
    this.#held = true;
    this.#show('opening');
    try {
      const ear = await open();
      // Let go while the browser asked whether it may.
      if (!this.#held) {
        close(ear);
        this.#show('');
        return;
      }
      this.#ear = ear;
      this.#show('heard');
      this.#timer = setTimeout(() => this.#end(), LONGEST);
    } catch (error) {
      this.#held = false;
      this.#show('');
      this.#say(`The microphone cannot be heard: ${error instanceof Error ? error.message : error}`);
    }
  }

  #end() {
    if (!this.#held) return;
    this.#held = false;
    const pieces = this.#ear?.pieces ?? [];
    this.#close();
    const heard = length(pieces);
    if (heard < SHORTEST) {
      this.#show('');
      if (heard) this.#say('Hold the button while you talk.');
      return;
    }
    const duration = Math.min(Math.round(heard), LONGEST);
    const sent = this.#link.say({ data: base64(wav(pieces, duration)), format: 'wav', duration_ms: duration }, `talk-${++this.#last}`);
    this.#show(sent ? 'sent' : '');
    this.#wait = setTimeout(() => this.#show(''), WAITS);
  }

  /** @param {{id?: string, success: boolean, error?: string}} played */
  #played({ id, success, error }) {
    if (id === `talk-${this.#last}` && this.#button.dataset.state === 'sent') this.#show('');
    if (!success) this.#say(`It was not heard: ${error}.`);
  }

  #close() {
    clearTimeout(this.#timer);
    if (this.#ear) close(this.#ear);
    this.#ear = undefined;
  }

  /** @param {'' | 'opening' | 'heard' | 'sent'} state */
  #show(state) {
    clearTimeout(this.#wait);
    this.#button.dataset.state = state;
    this.#button.setAttribute('aria-pressed', String(state === 'heard'));
    const word = { '': 'Hold to talk', opening: 'Listening\u2026', heard: 'Let go to send', sent: 'Saying it\u2026' }[state];
    const label = this.#button.querySelector('span');
    if (label) label.textContent = word;
  }
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
