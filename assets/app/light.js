// The light ring: one of its patterns, or a colour.
// It never shows a light that the robot has not reported, except in a menu that somebody has open.

export class Light {
  #parts;
  #link;
  #refused;

  /**
   * @param {{pattern: HTMLSelectElement, color: HTMLInputElement}} parts
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} refused
   */
  constructor(parts, link, refused) {
    this.#parts = parts;
    this.#link = link;
    this.#refused = refused;
    parts.pattern.addEventListener('change', () => this.#choose('led', { pattern: parts.pattern.value }));
    parts.color.addEventListener('change', () => this.#choose('led', { color: rgb(parts.color.value) }));
  }

  /** @param {{pattern: string, r: number, g: number, b: number} | undefined} light */
  report(light) {
    const { pattern, color } = this.#parts;
    pattern.disabled = color.disabled = !light;
    if (!light) return;
    if (document.activeElement !== pattern) pattern.value = light.pattern;
    // Black is no colour to choose: the robot has not been given one yet.
    if (document.activeElement !== color && light.r + light.g + light.b > 0) color.value = hex(light);
  }

  /** @param {string} command @param {object} data */
  async #choose(command, data) {
    // The keys are the drive's and the head's.
    this.#parts.pattern.blur();
    this.#parts.color.blur();
    const { error } = await this.#link.send(command, data);
    if (error) this.#refused(error.message);
  }
}

/** @param {string} hex Such as `#6cb2f5`. */
function rgb(hex) {
  const byte = (/** @type {number} */ at) => parseInt(hex.slice(at, at + 2), 16);
  return { r: byte(1), g: byte(3), b: byte(5) };
}

/** @param {{r: number, g: number, b: number}} color */
function hex({ r, g, b }) {
  return `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
