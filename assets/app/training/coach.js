// The coach's card: what it teaches, how the dog does, and what a person wants of it.
// It never takes one wish for another's place by itself: that is asked first.

import { ask, button, make, mark, pair, write } from './element.js';
import { Ring } from './ring.js';
import { span, tenths, trickWord, waitsFor } from './words.js';

/** @type {Record<string, string>} */
const STAGES = {
  waiting: 'Waits for a dog',
  greeting: 'Greets the dog',
  command: 'Says the trick',
  watching: 'Watches',
  success: 'Done!',
  failure: 'Not this time',
  cooldown: 'Leaves the dog in peace',
};

/** Why a trick was not done. @type {Record<string, string>} */
export const MISSES = {
  timed_out: 'not in time',
  too_much: 'barked more often than asked',
  dog_left: 'the dog left',
  cue_not_heard: 'the cue was not heard',
  unobserved: 'nobody could look',
  broke_off: 'broken off',
};

/** Why a success was praised without a treat. @type {Record<string, string>} */
export const WITHHELD = {
  limit: 'there were enough for now',
  mission_limit: 'the mission has given its treats',
  not_this_time: 'there is not one each time',
  barked: 'a dog barked meanwhile',
  not_recorded: 'it could not be written down',
  part: 'a part does not work',
  busy: 'the dispenser was at work',
  broke_off: 'it was broken off',
};

const RESULTS = 5;

/**
 * @typedef {object} Coach As `status_update` tells of it.
 * @property {string} stage
 * @property {string | null} trick
 * @property {string | null} wish
 * @property {string | null} dog_id
 * @property {string | null} selected
 * @property {boolean} tracking
 * @property {number} attempt
 * @property {number} done
 * @property {number} missed
 * @property {string} [lacks] A part that it waits for.
 *
 * @typedef {{stage: string, trick?: string, dog_id?: string, dog_name?: string, attempt: number, confidence?: number,
 *   hold_duration?: number, target?: number, elapsed?: number}} Progress
 * @typedef {{name: string, description: string, window_s: number}} Trick
 */

export class CoachCard {
  #part;
  #link;
  #say;
  #dogs;
  #ring;
  /** @type {Coach | null} */
  #state = null;
  /** @type {Progress | null} */
  #progress = null;
  /** @type {Trick[]} */
  #tricks = [];
  #wanted = '';

  /**
   * @param {Record<string, any>} part @param {import('../link.js').Link} link @param {(words: string) => void} say
   * @param {import('./dogs.js').Dogs} dogs
   */
  constructor(part, link, say, dogs) {
    this.#part = part;
    this.#link = link;
    this.#say = say;
    this.#dogs = dogs;
    this.#ring = new Ring(part['coach-ring'], 'How long the dog has held it');
    dogs.fill(part.dog, 'Whom it sees');
    part.dog.addEventListener('change', () => this.#select());
    part.tracking.addEventListener('click', () => this.#track());
    part['replace-yes'].addEventListener('click', () => this.#force(this.#wanted, true, part['replace-yes']));
    part['replace-no'].addEventListener('click', () => this.#offer(''));
  }

  open() {
    this.#link.send('list_tricks');
  }

  close() {
    this.#offer('');
  }

  /** @param {Trick[]} tricks */
  list(tricks) {
    this.#tricks = tricks;
    const buttons = tricks.map(({ name, description }) => {
      const attributes = { 'data-testid': `trick-${name}`, 'data-trick': name, title: description };
      const one = button(trickWord(name), () => this.#press(name, one), attributes);
      return one;
    });
    this.#part.tricks.replaceChildren(...buttons);
    this.#mark();
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    const part = this.#part;
    const state = /** @type {Coach | null} */ (status?.coach ?? null);
    this.#state = state;
    mark(part.coach, 'data-on', Boolean(state));
    const stage = state ? STAGES[state.stage] ?? state.stage : 'Off';
    write(part['coach-stage'], state?.lacks ? waitsFor(state.lacks) : stage);
    part.dog.disabled = part.tracking.disabled = !state;
    if (state?.stage !== 'watching') this.#progress = null;
    this.#mark();
    if (!state) return this.#offer('');
    if (document.activeElement !== part.dog) part.dog.value = state.selected ?? '';
    mark(part.tracking, 'aria-checked', state.tracking);
    this.#show(state);
  }

  /** @param {Progress} progress */
  progress(progress) {
    this.#progress = progress.stage === 'watching' ? progress : null;
    if (this.#state) this.#show(this.#state);
  }

  /** What came of a try. @param {{behavior: string, success: boolean, treat: boolean, dog_name?: string, reason?: string}} result */
  result({ behavior, success, treat, dog_name, reason }) {
    const who = dog_name ? `${dog_name}, ` : '';
    const praise = treat ? 'a treat' : `praised: ${WITHHELD[reason ?? ''] ?? reason ?? 'no treat'}`;
    const how = success ? praise : MISSES[reason ?? ''] ?? reason ?? 'not done';
    const row = make('li', { 'data-success': String(success) }, make('b', {}, trickWord(behavior)), ` ${who}${how}`);
    this.#part.results.prepend(row);
    while (this.#part.results.children.length > RESULTS) this.#part.results.lastChild.remove();
  }

  /** @param {Coach} state */
  #show({ trick, dog_id, attempt, done, missed, stage }) {
    const watched = this.#progress;
    const target = watched?.target ?? 0;
    const held = watched?.hold_duration ?? 0;
    const word = trick ? trickWord(trick) : '';
    const waited = watched?.elapsed ?? 0;
    const window = this.#tricks.find(({ name }) => name === trick)?.window_s ?? 0;
    if (target > 0) this.#ring.show(held, target, tenths(held), `of ${tenths(target)}`);
    // What is heard is held for no time: then it is the time that is left for it.
    else if (watched && window > 0) this.#ring.show(waited, window, tenths(waited), `of ${span(window)}`);
    else if (stage === 'success') this.#ring.show(1, 1, '\u2713', word);
    else this.#ring.show(0, 0, word || '\u2013', '');
    const counts = [
      ['Trick', word || '\u2013', 'coach-trick'],
      ['Dog', watched?.dog_name ?? (dog_id ? this.#dogs.name(dog_id) : '\u2013'), 'coach-dog'],
      ['Try', attempt > 0 ? `${attempt} of 2` : '\u2013', 'coach-attempt'],
      ['Sure', watched?.confidence === undefined ? '\u2013' : `${Math.round(watched.confidence * 100)} %`, 'coach-sure'],
      ['Done', String(done), 'coach-done'],
      ['Missed', String(missed), 'coach-missed'],
    ];
    const words = counts.map((row) => row[1]).join();
    if (this.#part['coach-counts'].dataset.words === words) return;
    this.#part['coach-counts'].dataset.words = words;
    this.#part['coach-counts'].replaceChildren(...counts.map(([what, is, id]) => pair(what, is, id)));
  }

  /** Which trick is under way and which comes next. */
  #mark() {
    const state = this.#state;
    for (const one of this.#part.tricks.children) {
      const { trick } = /** @type {HTMLElement} */ (one).dataset;
      mark(one, 'aria-disabled', !state);
      mark(one, 'data-place', !state ? '' : state.wish === trick ? 'next' : state.trick === trick ? 'now' : '');
      const description = this.#tricks.find(({ name }) => name === trick)?.description ?? '';
      mark(one, 'title', state ? description : `${description} Choose Coach first.`.trim());
    }
  }

  /** @param {string} trick @param {Element} pressed */
  #press(trick, pressed) {
    if (!this.#state) return this.#say('The coach is off. Choose Coach first.');
    return this.#force(trick, false, pressed);
  }

  /** @param {string} trick @param {boolean} replace @param {Element} pressed */
  async #force(trick, replace, pressed) {
    const { success, error } = await ask(this.#link, (words) => replace && this.#say(words), pressed, 'force_trick', { trick, replace });
    if (success || replace || !error) this.#offer('');
    else if (error.code === 'trick_waits') this.#offer(trick);
    else this.#say(error.message);
  }

  /** Asks whether this one is to come instead of the one that waits; an empty name takes the question back. @param {string} trick */
  #offer(trick) {
    this.#wanted = trick;
    const waits = this.#state?.wish;
    this.#part.replace.hidden = !trick;
    if (!trick) return;
    const one = waits ? `${trickWord(waits)} is to come next.` : 'Another trick is to come next.';
    write(this.#part['replace-words'], `${one} ${trickWord(trick)} instead?`);
    this.#part['replace-yes'].focus();
  }

  async #select() {
    const dog = this.#part.dog;
    await ask(this.#link, this.#say, dog, 'select_dog', dog.value ? { dog_id: dog.value } : {});
    // The keys are the drive's and the head's.
    dog.blur();
    dog.value = this.#state?.selected ?? '';
  }

  async #track() {
    const { tracking } = this.#part;
    const enabled = tracking.getAttribute('aria-checked') !== 'true';
    await ask(this.#link, this.#say, tracking, 'set_tracking_enabled', { enabled });
  }
}
