// The player: play and pause, the songs beside, how loud, and what the robot says is heard.
// It never shows a sound that the robot has not reported; while a finger is on the slider, the slider is the finger's.

/** At most so many milliseconds apart while the slider moves. */
const PERIOD = 100;
/** For this long after a touch the slider does not follow the robot's reports. */
const FRESH = 800;
const DASH = '\u2013';

/** @typedef {{state: string, file: string | null, volume: number, queued: number, songs: number}} State */

export class Sound {
  #parts;
  #link;
  #refused;
  #movedAt = -Infinity;
  #timer = 0;

  /**
   * @param {{play: HTMLElement, previous: HTMLElement, next: HTMLElement, title: HTMLElement, volume: HTMLInputElement}} parts
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} refused
   */
  constructor(parts, link, refused) {
    this.#parts = parts;
    this.#link = link;
    this.#refused = refused;
    parts.play.addEventListener('click', () => this.toggle());
    parts.previous.addEventListener('click', () => this.#ask('audio_prev'));
    parts.next.addEventListener('click', () => this.#ask('audio_next'));
    parts.volume.addEventListener('input', () => this.#turn());
    // The arrow keys are the head's.
    parts.volume.addEventListener('pointerup', () => setTimeout(() => parts.volume.blur()));
    this.report(undefined);
  }

  toggle() {
    this.#ask('audio_toggle');
  }

  /** @param {State | undefined} sound */
  report(sound) {
    const { play, title, volume } = this.#parts;
    const plays = sound?.state === 'playing';
    play.dataset.state = sound?.state ?? '';
    play.setAttribute('aria-label', plays ? 'Pause' : 'Play');
    const words = sound ? titleWords(sound) : DASH;
    if (title.textContent !== words) title.textContent = words;
    title.title = sound?.file ?? '';
    volume.disabled = !sound;
    if (sound && performance.now() - this.#movedAt > FRESH) volume.value = String(sound.volume);
  }

  /** Sends where the slider is, and once more where it has come to. */
  #turn() {
    this.#movedAt = performance.now();
    if (this.#timer) return;
    const said = this.#parts.volume.value;
    this.#ask('audio_volume', { volume: Number(said) });
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#parts.volume.value !== said) this.#turn();
    }, PERIOD);
  }

  /** @param {string} command @param {object} [data] */
  async #ask(command, data) {
    const { error } = await this.#link.send(command, data);
    if (error) this.#refused(error.message);
  }
}

/** `songs/calm_evening.wav` is "Calm evening". @param {State} sound */
function titleWords({ state, file, songs }) {
  if (!file) return songs === 0 ? 'No songs' : 'Silence';
  const name = (file.split('/').pop() ?? file).replace(/\.[^.]*$/, '').replaceAll('_', ' ');
  const words = name.charAt(0).toUpperCase() + name.slice(1);
  return state === 'paused' ? `${words} (paused)` : words;
}
