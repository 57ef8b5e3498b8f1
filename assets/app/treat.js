// Treats: each press is one request with a name of its own, asked again under that name when the answer got lost.
// It never asks twice for one press under two names, and never goes on asking for long: a late treat rewards nothing.

import { UNANSWERED } from './link.js';

/** From the press; a dog has forgotten by then what a treat is for. */
const ASKS_FOR = 10_000;
/** Between two tries. */
const PAUSE = 500;

export class Treat {
  #button;
  #link;
  #refused;
  #asking = false;

  /**
   * @param {HTMLElement} button
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} refused
   */
  constructor(button, link, refused) {
    this.#button = button;
    this.#link = link;
    this.#refused = refused;
    button.addEventListener('click', () => this.press());
  }

  /** What came of it is told by the robot, seconds later. */
  async press() {
    if (this.#asking) return;
    this.#asking = true;
    this.#button.setAttribute('aria-busy', 'true');
    const error = await this.#ask(crypto.randomUUID(), performance.now() + ASKS_FOR);
    this.#asking = false;
    this.#button.removeAttribute('aria-busy');
    if (error) this.#refused(error.message);
  }

  /** @param {string} request_id @param {number} until */
  async #ask(request_id, until) {
    for (;;) {
      const { error } = await this.#link.send('dispense_treat', { request_id });
      if (!error || !UNANSWERED.has(error.code) || performance.now() > until) return error;
      await new Promise((go) => setTimeout(go, PAUSE));
    }
  }
}
