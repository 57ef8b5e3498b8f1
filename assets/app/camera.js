// The live picture and the veil over it: attaches the stream again when the link or the picture comes back.
// It never leaves an old picture standing as if it were live while the link is down.

const STREAM = 'camera/stream';
const TRY_AGAIN = 2000;

export class Camera {
  #image;
  #veil;
  #words;
  #link;
  #attached;
  #times = 0;

  /**
   * @param {{image: HTMLImageElement, veil: HTMLElement, words: HTMLElement}} parts
   * @param {import('./link.js').Link} link
   */
  constructor({ image, veil, words }, link) {
    this.#image = image;
    this.#veil = veil;
    this.#words = words;
    this.#link = link;
    this.#attached = !image.complete || image.naturalWidth > 0;
    image.addEventListener('load', () => this.#link.open && this.#clear());
    image.addEventListener('error', () => this.#failed());
    link.on('open', () => this.#attach());
    link.on('close', () => {
      this.#attached = false;
      this.#cover('No link to the robot - trying again');
    });
  }

  #attach() {
    if (!this.#attached) {
      this.#attached = true;
      // A new address each time: browsers give a known one from what they still hold.
      this.#image.src = `${STREAM}?attach=${++this.#times}`;
    }
    this.#clear();
  }

  #failed() {
    this.#attached = false;
    if (!this.#link.open) return;
    this.#cover('No picture from the camera - trying again');
    setTimeout(() => {
      if (!this.#attached && this.#link.open) {
        this.#attached = true;
        this.#image.src = `${STREAM}?attach=${++this.#times}`;
      }
    }, TRY_AGAIN);
  }

  /** @param {string} words */
  #cover(words) {
    this.#words.textContent = words;
    this.#veil.hidden = false;
  }

  #clear() {
    this.#veil.hidden = true;
  }
}
