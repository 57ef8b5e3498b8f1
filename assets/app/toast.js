// Short messages that come and go by themselves.
// They never cover STOP, never take focus, and the same words are never shown twice at a time.

const LASTS = 6000;
const MOST = 3;

export class Toasts {
  #place;
  /** @type {Map<string, {element: HTMLElement, timer: number}>} */
  #shown = new Map();

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** @param {string} words */
  show(words) {
    const message = sentence(words);
    clearTimeout(this.#shown.get(message)?.timer);
    const element = this.#shown.get(message)?.element ?? this.#add(message);
    this.#shown.set(message, { element, timer: setTimeout(() => this.#remove(message), LASTS) });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MOST) this.#remove(oldest);
  }

  /** @param {string} message */
  #add(message) {
    const element = document.createElement('p');
    element.className = 'toast';
    element.dataset.testid = 'toast';
    element.textContent = message;
    element.addEventListener('click', () => this.#remove(message));
    this.#place.append(element);
    return element;
  }

  /** @param {string} message */
  #remove(message) {
    const toast = this.#shown.get(message);
    if (!toast) return;
    clearTimeout(toast.timer);
    toast.element.remove();
    this.#shown.delete(message);
  }
}

/** The robot writes its refusals in the middle of a sentence. @param {string} words */
function sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
