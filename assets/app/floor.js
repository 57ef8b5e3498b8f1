// Draws the room from above, and the robot in it, on a canvas.
// It never asks for anything and keeps nothing: what it is given is what it draws.

import { drawDog } from './dogs.js';

/** The robot's hull in metres, and what its camera sees across. */
const LENGTH = 0.35;
const WIDTH = 0.28;
const FIELD_OF_VIEW = (102 * Math.PI) / 180;
const SIGHT = 1.5;
/** On a small plan the robot is drawn larger than it is, to be seen. Pixels. */
const SMALLEST = 22;

/**
 * @typedef {import('./plan.js').Room} Room
 * @typedef {import('./plan.js').Piece} Piece
 * @typedef {import('./plan.js').Shape} Shape
 * @typedef {object} Scene
 * @property {number} density
 * @property {{x: number, y: number, heading: number, pan: number, dogs: import('./dogs.js').Dog[]} | null} pose
 * @property {{x: number, y: number, age: number}[]} trail
 * @property {{name: string, strength: number} | null} touched
 */

/**
 * What stands still, drawn once.
 * @param {HTMLCanvasElement} canvas
 * @param {Room} room
 * @param {number} density
 */
export function drawRoom(canvas, room, density) {
  const ground = document.createElement('canvas');
  ground.width = canvas.width;
  ground.height = canvas.height;
  const { pen, metre } = start(ground, room);
  const ink = getComputedStyle(canvas);
  pen.fillStyle = ink.getPropertyValue('--floor');
  pen.fillRect(0, 0, ground.width, ground.height);
  pen.strokeStyle = ink.getPropertyValue('--floor-line');
  pen.lineWidth = density;
  pen.beginPath();
  for (let x = 1; x < room.width; x++) line(pen, x * metre, 0, x * metre, ground.height);
  for (let y = 1; y < room.depth; y++) line(pen, 0, ground.height - y * metre, ground.width, ground.height - y * metre);
  pen.stroke();
  const shade = Number(ink.getPropertyValue('--furniture'));
  for (const piece of room.furniture) {
    for (const shape of piece.shapes) {
      outline(pen, room, metre, shape);
      pen.globalAlpha = shade * (piece.solid ? 1 : 0.6);
      pen.fillStyle = piece.color;
      pen.fill();
      pen.globalAlpha = piece.solid ? 0.35 : 0.15;
      pen.strokeStyle = '#000';
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
  for (const piece of room.furniture) if (piece.solid) label(pen, room, metre, density, piece);
  return ground;
}

/**
 * What moves: the trail, the camera's cone, the robot and what it touches, the dogs.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} ground
 * @param {Room} room
 * @param {Scene} scene
 */
export function drawRobot(canvas, ground, room, { density, pose, trail, touched }) {
  const { pen, metre } = start(canvas, room);
  const style = getComputedStyle(canvas);
  const names = ['--drive', '--look', '--ink', '--panel'];
  const [drive, look, ink, hull] = names.map((name) => style.getPropertyValue(name));
  pen.drawImage(ground, 0, 0);
  if (touched) flash(pen, room, metre, density, ink, touched);
  if (!pose) return;
  const up = (/** @type {number} */ y) => (room.depth - y) * metre;

  pen.lineCap = 'round';
  pen.lineWidth = 3 * density;
  pen.strokeStyle = drive;
  // A few steps to a stroke, each of one strength: a stroke per step would show its joints.
  for (let from = 0; from + 1 < trail.length; from += 6) {
    pen.globalAlpha = 0.85 * (1 - trail[from].age);
    pen.beginPath();
    for (const { x, y } of trail.slice(from, from + 7)) pen.lineTo(x * metre, up(y));
    pen.stroke();
  }
  pen.globalAlpha = 1;

  pen.save();
  pen.translate(pose.x * metre, up(pose.y));
  pen.rotate(-pose.heading);
  const size = Math.max(1, (SMALLEST * density) / (LENGTH * metre)) * metre;

  const ahead = -(pose.pan * Math.PI) / 180;
  const cone = pen.createRadialGradient(0, 0, 0, 0, 0, SIGHT * metre);
  cone.addColorStop(0, alpha(look, Number(style.getPropertyValue('--cone'))));
  cone.addColorStop(1, alpha(look, 0));
  pen.fillStyle = cone;
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.arc(0, 0, SIGHT * metre, ahead - FIELD_OF_VIEW / 2, ahead + FIELD_OF_VIEW / 2);
  pen.fill();

  const [length, width, tread] = [LENGTH * size, WIDTH * size, WIDTH * size * 0.26];
  pen.lineWidth = density;
  pen.strokeStyle = 'rgb(0 0 0 / 0.55)';
  slab(pen, -length / 2, -width / 2, length, tread, tread / 2, drive);
  slab(pen, -length / 2, width / 2 - tread, length, tread, tread / 2, drive);
  slab(pen, -length * 0.4, -width / 2 + tread, length * 0.84, width - 2 * tread, tread * 0.5, hull);
  pen.rotate(ahead);
  pen.fillStyle = look;
  pen.beginPath();
  pen.moveTo(length * 0.34, 0);
  pen.lineTo(-length * 0.08, -tread * 0.8);
  pen.lineTo(-length * 0.08, tread * 0.8);
  pen.closePath();
  pen.fill();
  pen.restore();

  const sheet = { metre, depth: room.depth, density, ink };
  for (const dog of pose.dogs) drawDog(pen, sheet, dog);
}

/** @param {HTMLCanvasElement} canvas @param {Room} room */
function start(canvas, room) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  return { pen, metre: canvas.width / room.width };
}

/**
 * What is touched lights up; a name that is no furniture's is a wall's.
 * @param {CanvasRenderingContext2D} pen
 * @param {Room} room
 * @param {number} metre
 * @param {number} density
 * @param {string} ink
 * @param {{name: string, strength: number}} touched
 */
function flash(pen, room, metre, density, ink, { name, strength }) {
  const piece = room.furniture.find((each) => each.name === name);
  pen.save();
  pen.globalAlpha = strength;
  pen.strokeStyle = ink;
  pen.fillStyle = ink;
  pen.lineWidth = 3 * density;
  for (const shape of piece?.shapes ?? [wholeRoom(room)]) {
    outline(pen, room, metre, shape);
    pen.stroke();
    pen.globalAlpha = strength * 0.25;
    if (piece) pen.fill();
    pen.globalAlpha = strength;
  }
  pen.restore();
}

/** @param {Room} room @returns {Shape} */
function wholeRoom({ width, depth }) {
  return { box: { x: width / 2, y: depth / 2, width, depth, turn: 0 } };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Room} room
 * @param {number} metre
 * @param {Shape} shape
 */
function outline(pen, room, metre, shape) {
  pen.beginPath();
  if ('disc' in shape) {
    const { x, y, radius } = shape.disc;
    pen.arc(x * metre, (room.depth - y) * metre, radius * metre, 0, 2 * Math.PI);
    return;
  }
  const { x, y, width, depth, turn } = shape.box;
  pen.save();
  pen.translate(x * metre, (room.depth - y) * metre);
  pen.rotate(-turn);
  const corner = Math.min(0.05, width / 4, depth / 4) * metre;
  pen.roundRect((-width / 2) * metre, (-depth / 2) * metre, width * metre, depth * metre, corner);
  pen.restore();
}

/**
 * The piece's name, where it fits on its lowest shape.
 * @param {CanvasRenderingContext2D} pen
 * @param {Room} room
 * @param {number} metre
 * @param {number} density
 * @param {Piece} piece
 */
function label(pen, room, metre, density, { name, color, shapes }) {
  const [shape] = shapes;
  if (!shape || 'disc' in shape) return;
  const { x, y, width, depth, turn } = shape.box;
  const across = Math.abs(width * Math.cos(turn)) + Math.abs(depth * Math.sin(turn));
  pen.font = `${10 * density}px system-ui, sans-serif`;
  if (pen.measureText(name).width > across * metre - 6 * density) return;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineWidth = 3 * density;
  pen.strokeStyle = color;
  pen.strokeText(name, x * metre, (room.depth - y) * metre);
  pen.fillStyle = bright(color) ? 'rgb(0 0 0 / 0.85)' : '#fff';
  pen.fillText(name, x * metre, (room.depth - y) * metre);
}

/** @param {string} color `#rrggbb` */
function bright(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 120;
}

/** @param {string} color `#rrggbb` @param {number} strength */
function alpha(color, strength) {
  return color.trim() + Math.round(strength * 255).toString(16).padStart(2, '0');
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {number} corner
 * @param {string} fill
 */
function slab(pen, x, y, width, height, corner, fill) {
  pen.fillStyle = fill;
  pen.beginPath();
  pen.roundRect(x, y, width, height, corner);
  pen.fill();
  pen.stroke();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function line(pen, x1, y1, x2, y2) {
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
}
