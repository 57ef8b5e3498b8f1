// The place for training on the page: opened and closed, and its five pages.
// It never covers STOP, and never opens by itself.

/** @typedef {'now' | 'missions' | 'schedule' | 'history' | 'voices'} Page */

export class Panel {
  #part;
  /** @type {HTMLElement[]} */
  #tabs;

  /** @param {Record<string, any>} part */
  constructor(part) {
    this.#part = part;
    this.#tabs = [...part.tabs.children];
    for (const tab of this.#tabs) tab.addEventListener('click', () => this.#turn(tab));
    part.tabs.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#step(event));
    part.train.addEventListener('click', () => this.toggle());
    part['panel-close'].addEventListener('click', () => {
      this.toggle();
      part.train.focus();
    });
    this.#turn(this.#tabs[0]);
  }

  toggle() {
    const open = this.#part.main.dataset.panel !== 'open';
    this.#part.main.dataset.panel = open ? 'open' : 'closed';
    this.#part.train.setAttribute('aria-expanded', String(open));
  }

  /** @param {Page} page */
  turn(page) {
    this.#turn(this.#part[`tab-${page}`]);
  }

  /** @param {HTMLElement} chosen */
  #turn(chosen) {
    for (const tab of this.#tabs) {
      const is = tab === chosen;
      tab.setAttribute('aria-selected', String(is));
      tab.tabIndex = is ? 0 : -1;
      this.#part[tab.getAttribute('aria-controls') ?? ''].hidden = !is;
    }
  }

  /** The arrow keys are the head's elsewhere; between tabs they turn the page. @param {KeyboardEvent} event */
  #step(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.code];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.#tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = this.#tabs[(at + step + this.#tabs.length) % this.#tabs.length];
    this.#turn(next);
    next.focus();
  }
}
