// What the robot says to each dog in the owner's own voice: recorded here, word by word, heard here and removed here.
// It never listens but between a press of Record and a press of Done, and shows no recording that the robot does not have.

import { onAttentionLost } from '../attention.js';
import { close, length, open, wav } from '../microphone.js';
import { button, make, write } from './element.js';
import { tenths, trickWord } from './words.js';

/** The longest that the robot takes, in milliseconds. */
const LONGEST = 10_000;
/** A slip of the finger is no word, in milliseconds. */
const SHORTEST = 250;

/** What is not said as it is written. @type {Record<string, string>} */
const WORDS = { name: 'Its name' };

/** @typedef {{dog_id: string, word: string, duration_ms: number}} Voice */

export class Voices {
  #part;
  #say;
  /** @type {Voice[]} */
  #voices = [];
  /** @type {string[]} */
  #words = [];
  /** Those that the robot can say to any dog, in a voice of its own. @type {Set<string>} */
  #own = new Set();
  /** What is being recorded, from the press on; the microphone comes a moment later. */
  /** @type {{dog: string, word: string, ear?: import('../microphone.js').Ear, timer?: number} | null} */
  #now = null;
  /** The word whose recording is on its way to the robot. */
  #sent = '';

  /** @param {Record<string, any>} part @param {(words: string) => void} say @param {import('./dogs.js').Dogs} dogs */
  constructor(part, say, dogs) {
    this.#part = part;
    this.#say = say;
    dogs.fill(part['voice-dog'], 'Choose a dog');
    part['voice-dog'].addEventListener('change', () => {
      // The keys are the drive's and the head's.
      part['voice-dog'].blur();
      this.drop();
      this.#show();
    });
    part['tab-voices'].addEventListener('click', () => this.open());
    // While the browser asks whether it may, the person looks at its question and not at the page.
    onAttentionLost(() => this.#now?.ear && this.drop());
  }

  /** What is there by now? */
  async open() {
    const [voices, sounds] = await Promise.all(['voices', 'audio/files'].map((path) => fetch(path).catch(() => null)));
    if (!voices?.ok || !sounds?.ok) return;
    ({ voices: this.#voices, words: this.#words } = await voices.json());
    const files = (await sounds.json()).files.map((/** @type {{file: string}} */ { file }) => file.match(/^talks\/default\/(.+)\.\w+$/)?.[1]);
    this.#own = new Set(files.filter(Boolean));
    const list = this.#part['voice-dog'];
    // Most homes have one dog.
    if (!list.value && list.options.length === 2) list.selectedIndex = 1;
    this.#show();
  }

  /** Ends the recording without a word: what was heard is forgotten. */
  drop() {
    if (!this.#now) return;
    this.#shut();
    this.#show();
  }

  #show() {
    const part = this.#part;
    const dog = part['voice-dog'].value;
    const none = part['voice-dog'].options.length < 2;
    part['voice-note'].hidden = Boolean(dog);
    write(part['voice-note'], none ? 'The robot knows no dog by name yet.' : 'Whose words are they?');
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.testid ?? '';
    part['voice-words'].replaceChildren(...(dog ? this.#words.map((word) => this.#row(dog, word)) : []));
    if (focused.startsWith('voice-')) part['voice-words'].querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  /** @param {string} dog @param {string} word */
  #row(dog, word) {
    const title = WORDS[word] ?? trickWord(word);
    const kept = this.#voices.find((voice) => bare(voice.dog_id) === bare(dog) && voice.word === word);
    const heard = this.#now?.word === word;
    const state = heard ? (this.#now?.ear ? 'Listening: say it' : 'Opens the microphone')
      : this.#sent === word ? 'On its way to the robot'
      : kept ? `Your voice, ${tenths(kept.duration_ms / 1000)}`
      : this.#own.has(word) ? 'The robot\u2019s own voice'
      : 'Cannot be said yet';
    const record = button(heard ? 'Done' : kept ? 'Again' : 'Record', () => (heard ? this.#end() : this.#begin(dog, word)), {
      'data-testid': `voice-record-${word}`, 'aria-label': heard ? `Done with ${title}` : `Record ${title}`, 'aria-pressed': String(heard),
    });
    const others = kept && !heard ? [
      button('Hear', () => this.#hear(dog, word), { 'data-testid': `voice-hear-${word}`, 'aria-label': `Hear ${title}` }),
      button('Remove', () => this.#remove(dog, word), { 'data-testid': `voice-remove-${word}`, 'aria-label': `Remove ${title}` }),
    ] : [];
    return make(
      'li.offer.word',
      { 'data-testid': `voice-${word}`, 'data-on': String(heard), 'data-kept': String(Boolean(kept)) },
      make('div', {}, make('h3', {}, title), make('p.size', {}, state)),
      make('div.acts-row', {}, ...others, record),
    );
  }

  /** @param {string} dog @param {string} word */
  async #begin(dog, word) {
    this.drop();
    const now = { dog, word, ear: /** @type {import('../microphone.js').Ear | undefined} */ (undefined), timer: 0 };
    this.#now = now;
    this.#show();
    try {
      const ear = await open();
      // Let go, or gone, while the browser asked.
      if (this.#now !== now || document.visibilityState === 'hidden') {
        close(ear);
        if (this.#now === now) this.drop();
        return;
      }
      now.ear = ear;
      now.timer = setTimeout(() => this.#end(), LONGEST);
    } catch (error) {
      if (this.#now === now) this.#now = null;
      this.#say(`The microphone cannot be heard: ${error instanceof Error ? error.message : error}`);
    }
    this.#show();
  }

  async #end() {
    const now = this.#now;
    if (!now) return;
    this.#shut();
    const pieces = now.ear?.pieces ?? [];
    const heard = Math.min(Math.floor(length(pieces)), LONGEST);
    if (heard < SHORTEST) {
      this.#say('Nothing was heard: press Record, say the word, then press Done.');
      return this.#show();
    }
    this.#sent = now.word;
    this.#show();
    await this.#change(now.dog, now.word, { method: 'PUT', headers: { 'content-type': 'audio/wav' }, body: wav(pieces, heard) });
  }

  #shut() {
    clearTimeout(this.#now?.timer);
    if (this.#now?.ear) close(this.#now.ear);
    this.#now = null;
  }

  /** @param {string} dog @param {string} word */
  #remove(dog, word) {
    return this.#change(dog, word, { method: 'DELETE' });
  }

  /** @param {string} dog @param {string} word @param {RequestInit} how */
  async #change(dog, word, how) {
    const answer = await fetch(path(dog, word), how).catch(() => null);
    this.#sent = '';
    if (!answer) this.#say('There is no link to the robot.');
    else if (!answer.ok) this.#say((await answer.json().catch(() => null))?.error?.message ?? `The robot refused: ${answer.status}.`);
    this.#show();
    await this.open();
  }

  /** On this phone or computer, for whoever has recorded it. @param {string} dog @param {string} word */
  async #hear(dog, word) {
    await new Audio(path(dog, word)).play().catch(() => this.#say('It cannot be played here.'));
  }
}

/** @param {string} dog @param {string} word */
function path(dog, word) {
  return `voices/${encodeURIComponent(dog)}/${word}`;
}

/** Some owners' devices put `dog_` before a dog's id. @param {string} id */
function bare(id) {
  return id.replace(/^dog_/, '');
}
