// Draws dogs from above on the room's plan, and says in words what they do.
// It never asks for anything and keeps nothing: what it is given is what it draws.

/** On a small plan a dog is drawn larger than it is, to be seen. Pixels. */
const SMALLEST = 20;

/** @type {Record<string, string>} */
const POSTURES = { stand: 'stands', sit: 'sits', lie: 'lies' };
/** @type {Record<string, string>} */
const VOICES = { bark: 'barks', growl: 'growls', whine: 'whines', howl: 'howls' };

/**
 * @typedef {object} Dog
 * @property {string} id
 * @property {number} x
 * @property {number} y
 * @property {number} heading
 * @property {string} posture `stand`, `sit` or `lie`
 * @property {number} speed
 * @property {number} length Metres, nose to rump.
 * @property {string} coat `#rrggbb`
 * @property {string | null} voice
 */

/** What each dog does, in a few words. @param {Dog[]} dogs */
export function doings(dogs) {
  return dogs.map((dog) => `${name(dog)} ${doing(dog)}`).join(', ');
}

/** @param {Dog} dog */
function doing({ posture, speed, voice }) {
  if (voice) return VOICES[voice] ?? voice;
  if (posture === 'stand' && speed > 1.2) return 'runs';
  if (posture === 'stand' && speed > 0.05) return 'walks';
  return POSTURES[posture] ?? posture;
}

/** `dog_biscuit` is called Biscuit. @param {Dog} dog */
function name({ id }) {
  const bare = id.replace(/^dog_/, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{metre: number, depth: number, density: number, ink: string}} sheet The plan's measures in pixels and metres.
 * @param {Dog} dog
 */
export function drawDog(pen, { metre, depth, density, ink }, dog) {
  const size = Math.max(dog.length * metre, SMALLEST * density);
  pen.save();
  pen.translate(dog.x * metre, (depth - dog.y) * metre);
  if (dog.voice) rings(pen, size, density, ink);
  pen.rotate(-dog.heading);
  pen.fillStyle = dog.coat;
  pen.strokeStyle = ink;
  pen.lineWidth = density;
  // A dog that sits is shorter from above, one that lies is wider.
  const [long, wide] = dog.posture === 'sit' ? [0.36, 0.3] : dog.posture === 'lie' ? [0.58, 0.36] : [0.56, 0.26];
  tail(pen, size, long);
  oval(pen, -size * 0.12, 0, size * long * 0.5, size * wide * 0.5);
  const head = size * (long * 0.5 - 0.12 + 0.1);
  oval(pen, head, 0, size * 0.15, size * 0.13);
  oval(pen, head + size * 0.15, 0, size * 0.08, size * 0.07);
  for (const side of [-1, 1]) oval(pen, head - size * 0.05, side * size * 0.13, size * 0.05, size * 0.07);
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen @param {number} size @param {number} long */
function tail(pen, size, long) {
  pen.beginPath();
  pen.moveTo(-size * (0.1 + long * 0.5), 0);
  pen.quadraticCurveTo(-size * (0.2 + long * 0.5), size * 0.02, -size * (0.24 + long * 0.5), size * 0.09);
  pen.stroke();
}

/** What is heard of it. @param {CanvasRenderingContext2D} pen @param {number} size @param {number} density @param {string} ink */
function rings(pen, size, density, ink) {
  pen.save();
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5 * density;
  for (const [radius, strength] of [[0.75, 0.6], [1.0, 0.35], [1.25, 0.18]]) {
    pen.globalAlpha = strength;
    pen.beginPath();
    pen.arc(0, 0, size * radius, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} rx @param {number} ry */
function oval(pen, x, y, rx, ry) {
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
}
