// The dogs that the robot knows, for every list to choose one from.
// It never knows one that is not written down on the robot.

import { make } from './element.js';
import { dogWord } from './words.js';

export class Dogs {
  /** @type {{dog_id: string, name: string}[]} */
  #dogs = [];
  /** @type {Map<HTMLSelectElement, string>} */
  #lists = new Map();

  /** Keeps a list filled with them. @param {HTMLSelectElement} list @param {string} any What it says where no dog is chosen. */
  fill(list, any) {
    this.#lists.set(list, any);
    this.#write(list, any);
  }

  async open() {
    const answer = await fetch('dogs').catch(() => null);
    if (!answer?.ok) return;
    this.#dogs = (await answer.json()).dogs;
    for (const [list, any] of this.#lists) this.#write(list, any);
  }

  /** @param {string} id */
  name(id) {
    return this.#dogs.find((dog) => dog.dog_id === id)?.name ?? dogWord(id);
  }

  /** @param {HTMLSelectElement} list @param {string} any */
  #write(list, any) {
    const chosen = list.value;
    const rows = this.#dogs.map(({ dog_id, name }) => make('option', { value: dog_id }, name));
    list.replaceChildren(make('option', { value: '' }, any), ...rows);
    list.value = this.#dogs.some((dog) => dog.dog_id === chosen) ? chosen : '';
  }
}
