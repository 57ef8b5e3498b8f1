// What the robot reports, in words and numbers: link, controls, drive, tracks, head, battery, body, uptime.
// It never shows a value that the robot has not reported; without a link there are only dashes.

const DASH = '\u2013';
const MINUS = '\u2212';
/** How fast the treads run in the picture at full speed, in pixels a second. */
const TREAD = 90;

/** @type {Record<string, string>} */
const CAUSES = {
  resting: 'At rest',
  driving: 'Driving',
  frame_expired: 'Stopped: the last command ran out',
  frames_silent: 'Stopped: no commands came',
  stopped: 'Stopped',
};

/** What is wrong beyond the parts of the body, for all to see. @type {Record<string, Record<string, string>>} */
const WARNINGS = {
  battery: { warning: 'Battery low', critical: 'Battery critically low', emergency: 'Battery nearly empty' },
  heat: { warning: 'Hot', critical: 'Too hot', emergency: 'Far too hot' },
  store: { slow: 'No treats: store does not answer', failed: 'No treats: store failed' },
};

/** @typedef {import('./link.js').Status} Status */

export class Telemetry {
  #part;
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #said = '';
  #told = { left: 0, right: 0 };
  #run = { left: 0, right: 0 };
  #frame = 0;
  #last = 0;
  #rttAt = -Infinity;

  /** @param {Record<string, HTMLElement>} part The page's elements by id. */
  constructor(part) {
    this.#part = part;
    this.status(undefined);
  }

  /** @param {'connecting' | 'open' | 'closed'} state */
  link(state) {
    const words = { connecting: 'Connecting', open: 'Linked', closed: 'No link' };
    this.#part.link.dataset.state = state;
    document.documentElement.dataset.link = state;
    this.#write('link-word', words[state]);
    if (state !== 'open') this.#write('link-ms', '');
  }

  /** @param {number} ms */
  rtt(ms) {
    const now = performance.now();
    if (now - this.#rttAt < 250) return;
    this.#rttAt = now;
    this.#write('link-ms', `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);
  }

  /** @param {Status | undefined} status */
  status(status) {
    const holder = status ? holderWords(status) : '';
    const cause = status ? causeWords(status.drive) : DASH;
    this.#write('operator', holder || DASH);
    this.#write('holder', !holder || holder === 'Nobody' ? '' : `${holder} at the controls`);
    this.#write('cause', cause);
    this.#write('left', status ? ratio(status.drive.left) : DASH);
    this.#write('right', status ? ratio(status.drive.right) : DASH);
    this.#write('angles', status ? headWords(status) : DASH);
    this.#write('battery', status?.battery ? batteryWords(status.battery) : DASH);
    this.#write('treats', status ? `${status.treats.day} today, ${status.treats.left} left` : DASH);
    const levels = { battery: status?.battery_level, heat: status?.heat_level, store: status?.store };
    for (const [what, level] of Object.entries(levels)) {
      this.#write(`warn-${what}`, WARNINGS[what][level ?? ''] ?? '');
    }
    this.#write('sees', status ? sightWords(status) : DASH);
    this.#write('hears', status ? hearingWords(status) : DASH);
    this.#write('health', status ? healthWords(status.health) : DASH);
    this.#write('uptime', status ? duration(status.uptime_us) : DASH);
    this.#told = { left: status?.drive.left ?? 0, right: status?.drive.right ?? 0 };
    this.#track('left', this.#told.left);
    this.#track('right', this.#told.right);
    this.#roll();
    if (status) this.#say(`${holder === 'You' ? 'You are' : `${holder} is`} at the controls.`, status);
  }

  /** Only what matters is said aloud, not every number. @param {string} who @param {Status} status */
  #say(who, { mode, drive }) {
    const moves = drive.cause === 'driving' || drive.cause === 'resting';
    const words = `Mode ${mode.replaceAll('_', ' ')}. ${who}${moves ? '' : ` ${causeWords(drive)}.`}`;
    if (words === this.#said) return;
    this.#said = words;
    this.#write('said', words);
  }

  /** @param {'left' | 'right'} side @param {number} value */
  #track(side, value) {
    const track = this.#part[`track-${side}`];
    track.style.setProperty('--value', String(value));
    track.setAttribute('aria-valuenow', String(value));
    track.setAttribute('aria-valuetext', value === 0 ? 'at rest' : `${Math.round(value * 100)} percent`);
  }

  /** Runs the treads past while the tracks are told to move. */
  #roll() {
    const moves = this.#told.left !== 0 || this.#told.right !== 0;
    if (!moves || this.#frame || this.#still.matches) return;
    this.#last = performance.now();
    const step = (/** @type {number} */ now) => {
      const { left, right } = this.#told;
      const distance = (TREAD * (now - this.#last)) / 1000;
      this.#last = now;
      for (const side of /** @type {const} */ (['left', 'right'])) {
        this.#run[side] -= this.#told[side] * distance;
        this.#part[`track-${side}`].style.setProperty('--run', `${this.#run[side].toFixed(1)}px`);
      }
      this.#frame = left === 0 && right === 0 ? 0 : requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  /** @param {string} id @param {string} words */
  #write(id, words) {
    const element = this.#part[id];
    if (element.textContent !== words) element.textContent = words;
  }
}

/** @param {Status} status */
function holderWords({ you, operator }) {
  if (operator === null) return 'Nobody';
  return operator === you ? 'You' : 'Another client';
}

/** @param {Status['drive']} drive */
function causeWords({ latched, cause, evidence }) {
  const words = latched ? 'Latched' : CAUSES[cause] ?? cause;
  return evidence === 'unconfirmed' ? `${words} (not confirmed)` : words;
}

/** @param {Status} status */
function headWords({ head: { pan, tilt }, health }) {
  if (health.head?.state === 'failed') return 'Does not answer';
  const across = angle(pan, 'left', 'right');
  const height = angle(tilt, 'up', 'down');
  return [across, height].filter(Boolean).join(', ') || 'Straight ahead';
}

/** @param {NonNullable<Status['battery']>} battery */
function batteryWords({ voltage, percent, charging }) {
  const words = `${Math.round(percent)} %, ${voltage.toFixed(1)} V`;
  return charging === 'yes' ? `${words}, charging` : words;
}

/** @type {Record<string, string>} */
const BEHAVIORS = { stand: 'stands', sit: 'sits', lie: 'lies', spin: 'turned round', come: 'came', bark: 'barks' };

/** @param {Status} status */
function sightWords({ sight, mode_profile }) {
  if (!mode_profile.ai) return 'Does not look for dogs';
  const dogs = sight?.dogs ?? [];
  const words = dogs.map(({ dog_id, behavior }) => {
    const who = dog_id?.replace(/^dog_/, '') ?? 'a dog';
    return behavior ? `${who} ${BEHAVIORS[behavior] ?? behavior}` : who;
  });
  return words.join(', ') || 'No dog';
}

/** @param {Status} status */
function hearingWords({ hearing: { quiet_s, barks } }) {
  if (quiet_s === null) return 'Nothing: no ear';
  const quiet = quiet_s < 60 ? `${Math.floor(quiet_s)} s` : `${Math.floor(quiet_s / 60)} min`;
  return `Quiet ${quiet}, ${barks} ${barks === 1 ? 'bark' : 'barks'}`;
}

/** What is wrong with the body, worst first; one part by name, more by number. @param {Status['health']} health */
function healthWords(health) {
  const parts = Object.entries(health);
  for (const state of ['failed', 'degraded', 'starting']) {
    const bad = parts.filter(([, part]) => part.state === state);
    const names = bad.map(([name]) => name.replaceAll('_', ' '));
    if (names.length > 2) return `${names.length} parts ${state}`;
    if (names.length > 0) return `${names.join(', ')} ${state}`;
  }
  return 'All well';
}

/** @param {number} degrees @param {string} positive @param {string} negative */
function angle(degrees, positive, negative) {
  const whole = Math.round(degrees);
  return whole === 0 ? '' : `${Math.abs(whole)}\u00b0 ${whole > 0 ? positive : negative}`;
}

/** @param {number} value */
function ratio(value) {
  return `${value < 0 ? MINUS : value > 0 ? '+' : ''}${Math.abs(value).toFixed(2)}`;
}

/** @param {number} microseconds */
function duration(microseconds) {
  const seconds = Math.floor(microseconds / 1e6);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}
