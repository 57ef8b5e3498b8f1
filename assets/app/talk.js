// Push-to-talk: while the button is held, the microphone is heard; let go, and the robot says it to the dog.
// Nothing is recorded before the button is held or after it is let go, and nothing is kept.

/** What the robot takes: 16 kHz, mono, ten seconds at most. */
const RATE = 16_000;
const LONGEST = 10_000;
/** A slip of the finger is no message. */
const SHORTEST = 250;
/** The robot says each message out before the next; one that is not told of by then is lost. */
const WAITS = 60_000;

export class Talk {
  #button;
  #link;
  #say;
  /** @type {{stream: MediaStream, context: AudioContext, pieces: Float32Array[]} | undefined} */
  #ear;
  #held = false;
  #timer = 0;
  #wait = 0;
  #last = 0;

  /**
   * @param {HTMLElement} button
   * @param {import('./link.js').Link} link
   * @param {(message: string) => void} say
   */
  constructor(button, link, say) {
    this.#button = button;
    this.#link = link;
    this.#say = say;
    button.addEventListener('pointerdown', (event) => {
      button.setPointerCapture(event.pointerId);
      this.#begin();
    });
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      button.addEventListener(end, () => this.#end());
    }
    // Held down by keyboard as well; the space bar is the robot's stop.
    button.addEventListener('keydown', ({ code, repeat }) => code === 'Enter' && !repeat && this.#begin());
    button.addEventListener('keyup', ({ code }) => code === 'Enter' && this.#end());
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    link.on('played', (played) => this.#played(played));
    link.on('close', () => {
      this.drop();
      this.#show('');
    });
  }

  /** Lets go without a word: what was heard is forgotten. */
  drop() {
    if (!this.#held) return;
    this.#held = false;
    this.#close();
    this.#show('');
  }

  async #begin() {
    if (this.#held || !this.#link.open) return;
    this.#held = true;
    this.#show('opening');
    try {
      const ear = await open();
      // Let go while the browser asked whether it may.
      if (!this.#held) {
        close(ear);
        this.#show('');
        return;
      }
      this.#ear = ear;
      this.#show('heard');
      this.#timer = setTimeout(() => this.#end(), LONGEST);
    } catch (error) {
      this.#held = false;
      this.#show('');
      this.#say(`The microphone cannot be heard: ${error instanceof Error ? error.message : error}`);
    }
  }

  #end() {
    if (!this.#held) return;
    this.#held = false;
    const pieces = this.#ear?.pieces ?? [];
    this.#close();
    const samples = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if ((samples * 1000) / RATE < SHORTEST) {
      this.#show('');
      if (samples) this.#say('Hold the button while you talk.');
      return;
    }
    const duration = Math.min(Math.round((samples * 1000) / RATE), LONGEST);
    const sent = this.#link.say({ data: base64(wav(pieces, (duration * RATE) / 1000)), format: 'wav', duration_ms: duration }, `talk-${++this.#last}`);
    this.#show(sent ? 'sent' : '');
    this.#wait = setTimeout(() => this.#show(''), WAITS);
  }

  /** @param {{id?: string, success: boolean, error?: string}} played */
  #played({ id, success, error }) {
    if (id === `talk-${this.#last}` && this.#button.dataset.state === 'sent') this.#show('');
    if (!success) this.#say(`It was not heard: ${error}.`);
  }

  #close() {
    clearTimeout(this.#timer);
    if (this.#ear) close(this.#ear);
    this.#ear = undefined;
  }

  /** @param {'' | 'opening' | 'heard' | 'sent'} state */
  #show(state) {
    clearTimeout(this.#wait);
    this.#button.dataset.state = state;
    this.#button.setAttribute('aria-pressed', String(state === 'heard'));
    const word = { '': 'Hold to talk', opening: 'Listening\u2026', heard: 'Let go to send', sent: 'Saying it\u2026' }[state];
    const label = this.#button.querySelector('span');
    if (label) label.textContent = word;
  }
}

/** Opens the microphone. */
async function open() {
  if (!navigator.mediaDevices) throw new Error('the browser allows it over HTTPS, or on the robot itself, alone.');
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const context = new AudioContext({ sampleRate: RATE });
  await context.audioWorklet.addModule('ear.js');
  const node = new AudioWorkletNode(context, 'ear', { numberOfOutputs: 0 });
  /** @type {Float32Array[]} */
  const pieces = [];
  node.port.onmessage = ({ data }) => pieces.push(data);
  context.createMediaStreamSource(stream).connect(node);
  return { stream, context, pieces };
}

/** @param {{stream: MediaStream, context: AudioContext}} ear */
function close({ stream, context }) {
  for (const track of stream.getTracks()) track.stop();
  context.close();
}

/** A WAV file of the first samples: 16 bits, mono. @param {Float32Array[]} pieces @param {number} count */
function wav(pieces, count) {
  const file = new DataView(new ArrayBuffer(44 + count * 2));
  const word = (/** @type {number} */ at, /** @type {string} */ text) => {
    for (const [place, letter] of [...text].entries()) file.setUint8(at + place, letter.charCodeAt(0));
  };
  word(0, 'RIFF');
  file.setUint32(4, 36 + count * 2, true);
  word(8, 'WAVEfmt ');
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, RATE, true);
  file.setUint32(28, RATE * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  word(36, 'data');
  file.setUint32(40, count * 2, true);
  let at = 44;
  for (const level of pieces.flatMap((piece) => [...piece]).slice(0, count)) {
    file.setInt16(at, Math.max(-1, Math.min(1, level)) * 32_767, true);
    at += 2;
  }
  return new Uint8Array(file.buffer);
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
