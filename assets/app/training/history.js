// What happened, as the robot keeps it: newest first, and as a short message when it happens.
// It never shows a fact twice, and none that the robot has not kept.

import { make } from './element.js';
import { factWords } from './facts.js';
import { clock, moment } from './words.js';

const SHOWN = 100;
const PAGE = 1000;
/** A robot with a longer history tells it from now on only. */
const PAGES = 10;
/** Facts come in bursts: one look for all of them. */
const GATHER = 150;

export class History {
  #part;
  #say;
  #names;
  #next = '';
  #timer = 0;
  #reading = false;
  /** Whether what is read has happened while somebody looked. */
  #live = false;

  /** @param {Record<string, any>} part @param {(words: string) => void} say @param {import('./facts.js').Names} names */
  constructor(part, say, names) {
    this.#part = part;
    this.#say = say;
    this.#names = names;
  }

  /** The link is there: what happened before is no news. */
  open() {
    this.#live = false;
    this.#look(0);
  }

  /** Something is kept that was not before. */
  news() {
    this.#look(GATHER);
  }

  /** @param {number} wait */
  #look(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), wait);
  }

  async #read() {
    if (this.#reading) return this.#look(GATHER);
    this.#reading = true;
    for (let page = 0; page < PAGES; page += 1) {
      const answer = await fetch(`events?limit=${PAGE}${this.#next && `&after=${this.#next}`}`).catch(() => null);
      if (!answer?.ok) {
        // Another history than the one that this page has read.
        if (answer) this.#next = '';
        break;
      }
      const { events, next, more } = await answer.json();
      this.#next = next;
      for (const fact of events) this.#add(fact);
      if (!more) {
        this.#live = true;
        break;
      }
    }
    this.#reading = false;
  }

  /** @param {{kind: string, body: any, time: string | null, uuid: string}} fact */
  #add(fact) {
    const words = factWords(fact, this.#names);
    const list = this.#part.history;
    if (!words) return;
    if (this.#live) this.#say(words);
    const date = fact.time ? new Date(fact.time) : null;
    const time = make('time', { datetime: fact.time ?? undefined, title: date ? moment(date) : 'The robot did not know the time' }, date ? clock(date) : '\u2013');
    list.prepend(make('li', { 'data-kind': fact.kind }, time, make('span', {}, words)));
    while (list.children.length > SHOWN) list.lastChild.remove();
    this.#part['history-empty'].hidden = true;
  }
}
