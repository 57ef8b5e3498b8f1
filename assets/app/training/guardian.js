// Silent guardian's card: what it does about barking, how quiet it is, what came of it, and the owner's wishes.
// It never counts a bark or a treat by itself, and shows a wish as kept only when the robot has said so.

import { ask, mark, pair, write } from './element.js';
import { Ring } from './ring.js';
import { count, span, waitsFor } from './words.js';

/** @type {Record<string, string>} */
const PHASES = {
  listening: 'Listens',
  intervention: 'Asks for quiet',
  cooldown: 'Quiet was kept',
  gave_up: 'Lets it be for now',
  calming: 'Plays music to calm',
};

/**
 * @typedef {object} Guardian As `status_update` tells of it.
 * @property {string} phase
 * @property {number} level 0 while nothing is asked, else 1 to 4.
 * @property {number | null} needed_s The quiet that it waits for; `null` while it waits for none.
 * @property {number} quiet_s How much of that it has heard.
 * @property {number} barks
 * @property {number} interventions
 * @property {number} successes
 * @property {number} gave_up
 * @property {number} treats
 * @property {number} panics
 * @property {string} [lacks] A part that it waits for.
 */

export class GuardianCard {
  #part;
  #link;
  #say;
  #ring;
  /** The owner's wishes as the robot keeps them. @type {{bark_count_threshold?: number, fast_escalation_bpm?: number} | undefined} */
  #kept;

  /** @param {Record<string, any>} part @param {import('../link.js').Link} link @param {(words: string) => void} say */
  constructor(part, link, say) {
    this.#part = part;
    this.#link = link;
    this.#say = say;
    this.#ring = new Ring(part['quiet-ring'], 'Quiet so far');
    part.threshold.addEventListener('change', () => this.#threshold());
    part.fast.addEventListener('input', () => write(part['fast-word'], part.fast.value));
    part.fast.addEventListener('change', () => this.#wish({ fast_escalation_bpm: Number(part.fast.value) }));
    part['fast-on'].addEventListener('click', () => {
      const on = part['fast-on'].getAttribute('aria-checked') === 'true';
      this.#wish({ fast_escalation_bpm: on ? 0 : Number(part.fast.value) });
    });
    this.#showWishes();
  }

  /** The link is there: what does the owner want, and how has it gone? */
  async open() {
    this.#link.send('sg_status_pull');
    await this.#readWishes();
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    const part = this.#part;
    const guardian = /** @type {Guardian | null | undefined} */ (status?.guardian);
    mark(part.guardian, 'data-on', Boolean(guardian));
    const phase = guardian ? PHASES[guardian.phase] ?? guardian.phase : 'Off';
    write(part['guardian-phase'], guardian?.lacks ? waitsFor(guardian.lacks) : phase);
    part.panic.hidden = guardian?.phase !== 'calming';
    if (!guardian) return;
    this.#showQuiet(guardian, status?.hearing.quiet_s ?? null);
    const counts = [
      ['Insistence', guardian.level === 0 ? 'None' : `${guardian.level} of 4`, 'guardian-level'],
      ['Barks', String(guardian.barks), 'guardian-barks'],
      ['Asked', count(guardian.interventions, 'time'), 'guardian-asked'],
      ['Kept quiet', count(guardian.successes, 'time'), 'guardian-kept'],
      ['Gave up', count(guardian.gave_up, 'time'), 'guardian-gave-up'],
      ['Treats', String(guardian.treats), 'guardian-treats'],
      ['Panic', count(guardian.panics, 'time'), 'guardian-panics'],
    ];
    const words = counts.map((row) => row[1]).join();
    if (part['guardian-counts'].dataset.words === words) return;
    part['guardian-counts'].dataset.words = words;
    part['guardian-counts'].replaceChildren(...counts.map(([what, is, id]) => pair(what, is, id)));
  }

  /** @param {Guardian} guardian @param {number | null} heard How long it has been quiet; nothing without an ear. */
  #showQuiet({ needed_s: needed, quiet_s: quiet }, heard) {
    if (needed !== null) this.#ring.show(quiet, needed, span(quiet), `of ${span(needed)}`);
    else if (heard === null) this.#ring.show(0, 0, '\u2013', 'no ear');
    else this.#ring.show(0, 0, span(heard), 'quiet');
  }

  /** What came of its session, in the robot's words. @param {{headline?: string, active?: boolean}} summary */
  summary({ headline, active = true }) {
    if (headline && active) write(this.#part['guardian-summary'], headline);
  }

  #threshold() {
    const { threshold } = this.#part;
    if (threshold.value && threshold.checkValidity()) return this.#wish({ bark_count_threshold: Number(threshold.value) });
    this.#say(`Give a whole number of barks, ${threshold.min} to ${threshold.max}.`);
    return this.#showWishes();
  }

  /** @param {object} wish */
  async #wish(wish) {
    await ask(this.#link, this.#say, null, 'sg_config', wish);
    // Refused or not: what holds is what the robot keeps.
    await this.#readWishes();
  }

  async #readWishes() {
    const answer = await fetch('settings').catch(() => null);
    this.#kept = answer?.ok ? (await answer.json()).guardian : undefined;
    this.#showWishes();
  }

  /** What the owner has not said is as the robot was built. */
  #showWishes() {
    const part = this.#part;
    const kept = this.#kept;
    const fast = kept?.fast_escalation_bpm;
    part.threshold.disabled = part['fast-on'].disabled = !kept;
    part.threshold.value = kept?.bark_count_threshold ?? '';
    if (fast) part.fast.value = String(fast);
    part.fast.disabled = !kept || fast === 0;
    mark(part['fast-on'], 'aria-checked', Boolean(kept) && fast !== 0);
    write(part['fast-word'], fast === 0 ? 'Off' : kept && !fast ? 'As built' : String(fast ?? ''));
  }
}
