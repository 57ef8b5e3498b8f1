// The page of the robot: joins the parts and lets go of everything at once when it must.
// It never keeps a belief of its own about the robot beyond the last report.

import { onAttentionLost } from './attention.js';
import { Camera } from './camera.js';
import { Drive } from './drive.js';
import { Pads } from './gamepad.js';
import { Head } from './head.js';
import { House } from './house.js';
import { Keys, axis } from './keys.js';
import { Light } from './light.js';
import { Link } from './link.js';
import { Mode } from './mode.js';
import { Photos } from './photo.js';
import { Plan } from './plan.js';
import { Sound } from './sound.js';
import { Stick } from './stick.js';
import { Stop } from './stop.js';
import { Talk } from './talk.js';
import { Telemetry } from './telemetry.js';
import { Toasts } from './toast.js';
import { Training } from './training/training.js';
import { Treat } from './treat.js';

/** A stop reported this soon after one from this page is that one. */
const OWN_STOP = 500;
/** Alerts of what the page shows anyway: the latch, and that it is lifted. */
const SHOWN = new Set(['emergency_stopped', 'stop_released']);

/** @type {Record<string, any>} */
const part = Object.fromEntries([...document.querySelectorAll('[id]')].map((element) => [element.id, element]));
/** @type {import('./link.js').Status | undefined} */
let status;

const link = new Link('ws/local');
const toasts = new Toasts(part.toasts);
const say = (/** @type {string} */ message) => toasts.show(message);

const drive = new Drive(
  link,
  () => status?.mode,
  (message, lets) => {
    if (lets) letGo({ zero: false });
    say(message);
  },
);
const stick = new Stick(part.stick, drive);
const head = new Head({ pad: part.pad, center: part.center }, link, say);
const stop = new Stop(
  { stop: part.stop, note: part['stop-note'], emergency: part.emergency, release: part.release },
  link,
  () => letGo({ zero: false }),
  say,
);
const pads = new Pads(drive, () => stop.stop());
const keys = new Keys(
  new Set(['KeyW', 'KeyA', 'KeyS', 'KeyD', 'ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight']),
  {
    KeyC: () => head.center(),
    KeyT: () => treat.press(),
    KeyV: () => call(),
    KeyM: () => sound.toggle(),
    KeyP: () => photos.take(),
    KeyB: () => training.panel.toggle(),
    Digit1: () => setSpeed(0),
    Digit2: () => setSpeed(1),
    Digit3: () => setSpeed(2),
    Escape: () => showLegend(false),
    '?': () => showLegend(part.legend.hidden),
  },
  (held) => {
    const push = { x: axis(held, 'KeyD', 'KeyA'), y: axis(held, 'KeyW', 'KeyS') };
    if (['KeyW', 'KeyA', 'KeyS', 'KeyD'].some((code) => held.has(code))) drive.hold('keys', push);
    else drive.release('keys');
    head.arrows(held);
  },
);

/** The zero first, then everything that was held. @param {{zero?: boolean}} [how] */
function letGo(how) {
  drive.halt(how);
  stick.drop();
  keys.drop();
  pads.drop();
  head.drop();
  talk.drop();
}

onAttentionLost((event) => {
  // A page that goes may take its socket with it before the zero is out.
  const leaving = drive.driving && event.type === 'pagehide';
  letGo();
  if (leaving) link.stopByHttp();
});
link.on('close', () => letGo());

const treat = new Treat(part.treat, link, say);
const talk = new Talk(part.talk, link, say);
const sound = new Sound(
  { play: part.play, previous: part.previous, next: part.next, title: part.title, volume: part.volume },
  link,
  say,
);
const light = new Light({ pattern: part.pattern, color: part.color }, link, say);
const photos = new Photos(
  { button: part.photo, card: part.shot, image: part['shot-image'], save: part['shot-save'], close: part['shot-close'] },
  link,
  say,
);

/** Any dog: the robot has a call for all of them. */
async function call() {
  const { error } = await link.send('call_dog');
  if (error) say(error.message);
}
part.call.addEventListener('click', call);

/** On a small screen sound and light take the room's place. */
part.more.addEventListener('click', () => {
  const open = part.main.dataset.extras !== 'open';
  part.main.dataset.extras = open ? 'open' : 'closed';
  part.more.setAttribute('aria-expanded', String(open));
});

/** @type {NodeListOf<HTMLElement>} */
const modeButtons = document.querySelectorAll('button[data-mode]');
const mode = new Mode(
  { chip: part.mode, word: part['mode-word'], buttons: [...modeButtons] },
  link,
  say,
);
const telemetry = new Telemetry(part);
const plan = new Plan({
  main: part.main,
  panel: part.plan,
  title: part.room,
  contact: part.contact,
  company: part.company,
  canvas: part.floor,
});
const training = new Training(part, link, say);
new House(document.querySelectorAll('[data-happens]'), say);
new Camera({ image: part.camera, veil: part.veil, words: part['veil-words'] }, link);

/** @param {import('./link.js').Status | undefined} next */
function report(next) {
  const stopped = next?.drive.cause === 'stopped' && status?.drive.cause !== 'stopped';
  // Someone else's stop ends this page's driving too.
  if (stopped && performance.now() - stop.at > OWN_STOP) letGo({ zero: false });
  status = next;
  mode.report(next);
  telemetry.status(next);
  training.report(next);
  sound.report(next?.sound);
  light.report(next?.light);
  if (next) head.report(next.head);
  part.latched.hidden = part.release.hidden = !next?.drive.latched;
}

link.on('open', () => {
  telemetry.link('open');
  plan.open();
});
link.on('close', () => {
  telemetry.link('closed');
  report(undefined);
  plan.close();
});
link.on('status', report);
link.on('rtt', (ms) => telemetry.rtt(ms));
link.on('sound', (state) => sound.report(state));
link.on('notice', ({ message, alert_type, past }) => {
  const own = alert_type === 'stopped' && performance.now() - stop.at < OWN_STOP;
  if (past) say(`Meanwhile: ${message}`);
  else if (!own && !SHOWN.has(alert_type)) say(message);
});
link.on('device', (name) => {
  if (part.device.textContent !== name) part.device.textContent = name;
});

/** @param {number} index */
function setSpeed(index) {
  const choice = part.speed.querySelectorAll('input')[index];
  choice.checked = true;
  drive.speed = Number(choice.value);
}
part.speed.addEventListener('change', (/** @type {any} */ { target }) => (drive.speed = Number(target.value)));
// A speed chosen by hand gives the arrow keys back to the head.
part.speed.addEventListener('pointerup', () => setTimeout(() => part.speed.querySelector(':focus')?.blur()));

/** @param {boolean} shown */
function showLegend(shown) {
  part.legend.hidden = !shown;
  part.keys.setAttribute('aria-expanded', String(shown));
}
part.keys.addEventListener('click', () => showLegend(part.legend.hidden));

link.connect();
