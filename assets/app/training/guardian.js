// Silent guardian's card: what it does about barking, how quiet it is, what came of it, and the owner's wishes.
// It never counts a bark or a treat by itself, and shows a wish as kept only when the robot has said so.

import { ask, mark, pair, write } from './element.js';
import { Ring } from './ring.js';
import { count, span } from './words.js';

/** @type {Record<string, string>} */
const PHASES = {
  listening: 'Listens',
  intervention: 'Asks for quiet',
  cooldown: 'Quiet was kept',
  gave_up: 'Lets it be for now',
  calming: 'Plays music to calm',
};

/** What the slider shows first where fast escalation is off. */
const FAST = 30;

/**
 * @typedef {object} Guardian As `status_update` tells of it.
 * @property {string} phase
 * @property {number} level 0 while nothing is asked, else 1 to 4.
 * @property {number | null} [needed_s]
 * @property {number} barks
 * @property {number} interventions
 * @property {number} successes
 * @property {number} gave_up
 * @property {number} treats
 * @property {number} panics
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
    part.threshold.addEventListener('change', () => this.#wish({ bark_count_threshold: Number(part.threshold.value) }));
    part.fast.addEventListener('input', () => write(part['fast-word'], part.fast.value));
    part.fast.addEventListener('change', () => this.#wish({ fast_escalation_bpm: Number(part.fast.value) }));
    part['fast-on'].addEventListener('click', () => {
      const on = part['fast-on'].getAttribute('aria-checked') === 'true';
      this.#wish({ fast_escalation_bpm: on ? 0 : Number(part.fast.value) || FAST });
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
    write(part['guardian-phase'], guardian ? PHASES[guardian.phase] ?? guardian.phase : 'Off');
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

  /** @param {Guardian} guardian @param {number | null} quiet */
  #showQuiet({ phase, needed_s: needed }, quiet) {
    const target = phase === 'intervention' ? needed ?? 0 : 0;
    if (quiet === null) this.#ring.show(0, 0, '\u2013', 'no ear');
    else this.#ring.show(quiet, target, span(quiet), target ? `of ${span(target)}` : 'quiet');
  }

  /** How it stands over a longer time. @param {Record<string, any>} summary */
  summary(summary) {
    write(this.#part['guardian-summary'], summaryWords(summary));
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

  #showWishes() {
    const part = this.#part;
    const kept = this.#kept;
    const fast = kept?.fast_escalation_bpm ?? 0;
    for (const id of ['threshold', 'fast', 'fast-on']) part[id].disabled = !kept;
    part.threshold.value = kept?.bark_count_threshold ?? '';
    if (fast > 0) part.fast.value = String(fast);
    part.fast.disabled = fast === 0;
    mark(part['fast-on'], 'aria-checked', fast > 0);
    write(part['fast-word'], fast > 0 ? String(fast) : 'Off');
  }
}

/** @param {Record<string, any>} summary */
function summaryWords({ lasted_s, barks, interventions, successes, gave_up, treats }) {
  const went = [
    count(barks, 'bark'),
    `asked ${count(interventions, 'time')}`,
    `quiet ${count(successes, 'time')}`,
    gave_up ? `gave up ${count(gave_up, 'time')}` : '',
    count(treats, 'treat'),
  ];
  return `Newest summary, of ${span(lasted_s)}: ${went.filter(Boolean).join(', ')}.`;
}
