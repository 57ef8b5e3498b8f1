// Photos: asks for one, shows it small over the picture, and lets it be saved.
// It never covers the live picture for longer than somebody wants, and keeps one photo at a time.

/** A photo that has not come by then does not come. */
const WAITS = 10_000;

/** @typedef {{data: string, filename: string}} Photo */

export class Photos {
  #parts;
  #link;
  #refused;
  #timer = 0;
  #address = '';

  /**
   * @param {{button: HTMLElement, card: HTMLElement, image: HTMLImageElement, save: HTMLAnchorElement, close: HTMLElement}} parts
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} refused
   */
  constructor(parts, link, refused) {
    this.#parts = parts;
    this.#link = link;
    this.#refused = refused;
    parts.button.addEventListener('click', () => this.take());
    parts.close.addEventListener('click', () => this.#close());
    link.on('photo', (photo) => this.#show(photo));
    link.on('close', () => this.#settle());
    link.on('notice', ({ code }) => code === 'photo_failed' && this.#settle());
  }

  async take() {
    const { button } = this.#parts;
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    this.#timer = setTimeout(() => this.#settle(), WAITS);
    const { error } = await this.#link.send('take_photo', { with_hud: true });
    if (!error) return;
    this.#settle();
    this.#refused(error.message);
  }

  /** @param {Photo} photo */
  #show({ data, filename }) {
    this.#settle();
    this.#close();
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    this.#address = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
    const { card, image, save } = this.#parts;
    image.src = save.href = this.#address;
    save.download = filename;
    card.hidden = false;
  }

  #close() {
    this.#parts.card.hidden = true;
    this.#parts.image.removeAttribute('src');
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = '';
  }

  #settle() {
    clearTimeout(this.#timer);
    this.#parts.button.removeAttribute('aria-busy');
  }
}
