// The simulated room from above: asks for its plan, follows the robot in it, remembers its last half minute.
// It never appears on a real robot, where there is no such room, and never guesses where the robot goes next.

import { doings } from './dogs.js';
import { drawRobot, drawRoom } from './floor.js';
import { socketUrl } from './link.js';

/** Poses come ten a second; showing them this much later, there is always a next one to move towards. */
const LAG = 120;
const TRAIL = 30_000;
const FLASH = 1200;
/** A step longer than this is a robot that was put elsewhere. Metres. */
const JUMP = 0.4;

/**
 * @typedef {{box: {x: number, y: number, width: number, depth: number, turn: number}}
 *   | {disc: {x: number, y: number, radius: number}}} Shape
 * @typedef {{name: string, kind: string, color: string, shapes: Shape[], solid: boolean}} Piece
 * @typedef {{name: string, width: number, depth: number, furniture: Piece[]}} Room
 * @typedef {import('./dogs.js').Dog} Dog
 * @typedef {{x: number, y: number, heading: number, pan: number, contact: string | null, dogs: Dog[], at: number}} Pose
 */

export class Plan {
  #part;
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {Room | null} */
  #room = null;
  /** Which of the run's rooms it is: another one once its file has been edited. @type {number | null} */
  #edition = null;
  /** @type {HTMLCanvasElement | null} */
  #ground = null;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Pose[]} */
  #trail = [];
  /** @type {{name: string, until: number} | null} */
  #flash = null;
  #until = 0;
  #frame = 0;

  /** @param {Record<'main' | 'panel' | 'title' | 'contact' | 'company', HTMLElement> & {canvas: HTMLCanvasElement}} part */
  constructor(part) {
    this.#part = part;
    new ResizeObserver(() => this.#rebuild()).observe(/** @type {HTMLElement} */ (part.canvas.parentElement));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#rebuild());
  }

  /** Asks for the room, which may be another one after the link was lost. */
  async open() {
    this.#edition = null;
    if (await this.#ask()) this.#follow();
  }

  async #ask() {
    const answer = await fetch('sim/room').catch(() => null);
    if (answer?.status !== 200) {
      this.#absent();
      return false;
    }
    /** @type {Room} */
    const room = await answer.json();
    this.#room = room;
    this.#trail = [];
    this.#part.title.textContent = room.name;
    this.#part.canvas.setAttribute('aria-label', `Plan of ${room.name} with the robot in it`);
    this.#part.panel.hidden = false;
    this.#part.canvas.parentElement?.style.setProperty('--room', `${room.width} / ${room.depth}`);
    this.#part.main.dataset.plan = 'present';
    this.#rebuild();
    return true;
  }

  close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #absent() {
    this.close();
    this.#room = null;
    this.#part.panel.hidden = true;
    this.#part.main.dataset.plan = 'absent';
  }

  #follow() {
    this.close();
    const socket = new WebSocket(socketUrl('sim/live'));
    this.#socket = socket;
    socket.onmessage = (event) => this.#seen(JSON.parse(event.data));
    socket.onclose = () => {
      setTimeout(() => socket === this.#socket && this.#follow(), 1000);
    };
  }

  /** @param {Omit<Pose, 'at'> & {room: number}} seen */
  #seen({ x, y, heading, pan, contact, dogs, room }) {
    if (this.#edition !== null && room !== this.#edition) this.#ask();
    this.#edition = room;
    const now = performance.now();
    const last = this.#trail.at(-1);
    if (last && Math.hypot(x - last.x, y - last.y) > JUMP) this.#trail = [];
    this.#trail.push({ x, y, heading, pan, contact, dogs, at: now });
    while (this.#trail.length > 2 && this.#trail[1].at < now - TRAIL) this.#trail.shift();
    if (contact) this.#flash = { name: contact, until: now + FLASH };
    const touched = this.#flash && now < this.#flash.until ? this.#flash : null;
    const words = touched ? `Touches the ${touched.name}` : '';
    if (this.#part.contact.textContent !== words) this.#part.contact.textContent = words;
    const company = doings(dogs);
    if (this.#part.company.textContent !== company) this.#part.company.textContent = company;
    const roams = dogs.some((dog, place) => differs(dog, last?.dogs[place]));
    const moved = roams || !last || last.x !== x || last.y !== y || last.heading !== heading || last.pan !== pan;
    if (moved || touched) this.#until = now + 3 * LAG;
    this.#wake();
  }

  /** While it moves at every frame; at rest once a pose, for the trail fades. */
  #wake() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0;
      this.#draw(now);
      if (now < this.#until && !this.#still.matches) this.#wake();
    });
  }

  #rebuild() {
    const { canvas } = this.#part;
    const room = this.#room;
    const place = canvas.parentElement?.getBoundingClientRect();
    if (!room || !place?.width || !place.height) return;
    const density = window.devicePixelRatio;
    const scale = Math.min(place.width / room.width, place.height / room.depth);
    canvas.style.width = `${Math.floor(room.width * scale)}px`;
    canvas.style.height = `${Math.floor(room.depth * scale)}px`;
    canvas.width = Math.floor(room.width * scale * density);
    canvas.height = Math.floor(room.depth * scale * density);
    this.#ground = drawRoom(canvas, room, density);
    this.#draw(performance.now());
  }

  /** @param {number} now */
  #draw(now) {
    if (!this.#room || !this.#ground) return;
    const pose = this.#poseAt(now - LAG);
    const touched = this.#flash && now < this.#flash.until ? this.#flash : null;
    const strength = touched ? (touched.until - now) / FLASH : 0;
    drawRobot(this.#part.canvas, this.#ground, this.#room, {
      density: window.devicePixelRatio,
      pose,
      trail: this.#trail.map(({ x, y, at }) => ({ x, y, age: Math.min(1, (now - at) / TRAIL) })),
      touched: touched ? { name: touched.name, strength } : null,
    });
  }

  /** Between the two poses around that moment. @param {number} at @returns {Pose | null} */
  #poseAt(at) {
    const trail = this.#trail;
    const next = trail.findLastIndex((pose) => pose.at <= at) + 1;
    const [a, b] = [trail[next - 1], trail[next]];
    if (!a || !b) return a ?? b ?? null;
    const t = (at - a.at) / (b.at - a.at);
    const dogs = b.dogs.map((dog, place) => (a.dogs[place] ? { ...dog, ...between(a.dogs[place], dog, t) } : dog));
    return { ...b, ...between(a, b, t), pan: a.pan + (b.pan - a.pan) * t, dogs };
  }
}

/** @typedef {{x: number, y: number, heading: number}} Place */

/** @param {Place} a @param {Place} b @param {number} t 0 is a, 1 is b. @returns {Place} */
function between(a, b, t) {
  const turn = Math.atan2(Math.sin(b.heading - a.heading), Math.cos(b.heading - a.heading));
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, heading: a.heading + turn * t };
}

/** @param {Dog} dog @param {Dog | undefined} before */
function differs(dog, before) {
  const { x, y, heading, posture, voice } = dog;
  if (!before) return true;
  return x !== before.x || y !== before.y || heading !== before.heading || posture !== before.posture || voice !== before.voice;
}
