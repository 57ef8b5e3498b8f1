// The microphone of the phone or computer that shows the page: opened, heard, closed, and what was heard as a file.
// It never listens but between being opened and being closed, and keeps nothing.

/** What the robot takes: 16 kHz, mono. */
const RATE = 16_000;

/** @typedef {{stream: MediaStream, context: AudioContext, pieces: Float32Array[]}} Ear */

/** Opens it; `pieces` grows while it is heard. @returns {Promise<Ear>} */
export async function open() {
  if (!navigator.mediaDevices) throw new Error('the browser allows it over HTTPS, or on the robot itself, alone.');
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const context = new AudioContext({ sampleRate: RATE });
  try {
    await context.audioWorklet.addModule('ear.js');
  } catch (error) {
    close({ stream, context });
    throw error;
  }
  const node = new AudioWorkletNode(context, 'ear', { numberOfOutputs: 0 });
  /** @type {Float32Array[]} */
  const pieces = [];
  node.port.onmessage = ({ data }) => pieces.push(data);
  context.createMediaStreamSource(stream).connect(node);
  return { stream, context, pieces };
}

/** @param {{stream: MediaStream, context: AudioContext}} ear */
export function close({ stream, context }) {
  for (const track of stream.getTracks()) track.stop();
  context.close();
}

/** How long all that was heard is, in milliseconds. @param {Float32Array[]} pieces */
export function length(pieces) {
  return (pieces.reduce((sum, piece) => sum + piece.length, 0) * 1000) / RATE;
}

/** A WAV file of what was heard first, of so many milliseconds: 16 bits, mono. @param {Float32Array[]} pieces @param {number} ms */
export function wav(pieces, ms) {
  const count = (ms * RATE) / 1000;
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
