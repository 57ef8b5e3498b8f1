// A ring that fills: how long something has lasted, of how long it is to last.
// It never runs ahead of what the robot has told.

import { make, mark, write } from './element.js';

const SVG = 'http://www.w3.org/2000/svg';

export class Ring {
  #place;
  #fill;
  #number = make('b.number');
  #under = make('span');

  /** @param {HTMLElement} place @param {string} label What fills it. */
  constructor(place, label) {
    this.#place = place;
    const drawing = document.createElementNS(SVG, 'svg');
    drawing.setAttribute('viewBox', '0 0 100 100');
    drawing.setAttribute('aria-hidden', 'true');
    const [rail, fill] = ['rail', 'fill'].map((name) => {
      const circle = document.createElementNS(SVG, 'circle');
      for (const [key, value] of Object.entries({ class: name, cx: 50, cy: 50, r: 44, pathLength: 100 })) {
        circle.setAttribute(key, String(value));
      }
      return circle;
    });
    drawing.append(rail, fill);
    this.#fill = fill;
    place.append(drawing, make('p', { 'aria-hidden': 'true' }, this.#number, this.#under));
    for (const [key, value] of Object.entries({ role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0 })) {
      place.setAttribute(key, String(value));
    }
    this.show(0, 0, '', '');
  }

  /** @param {number} value @param {number} target Zero where there is none. @param {string} number @param {string} under */
  show(value, target, number, under) {
    const share = target > 0 ? Math.min(1, Math.max(0, value / target)) : 0;
    mark(this.#fill, 'stroke-dasharray', `${(share * 100).toFixed(1)} 100`);
    mark(this.#place, 'data-full', share >= 1);
    mark(this.#place, 'data-empty', share === 0);
    mark(this.#place, 'aria-valuemax', String(target > 0 ? target : 1));
    mark(this.#place, 'aria-valuenow', String(target > 0 ? Math.min(value, target) : 0));
    mark(this.#place, 'aria-valuetext', `${number} ${under}`.trim());
    write(this.#number, number);
    write(this.#under, under);
  }
}
