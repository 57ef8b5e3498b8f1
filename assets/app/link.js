// The one socket to the robot: numbers the commands, matches the answers, takes the round trip, reconnects.
// It never decides what to send, never repeats a command by itself and never shows anything.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 3000;
/** The robot speaks at least once a second; a socket silent for longer than this is dead, whatever it says. */
const SILENCE = 3000;
const ANSWER_WITHIN = 3000;
/** Bytes waiting in the browser: beyond this the line is choked and a fresh motor frame would arrive stale. */
const CHOKED = 4096;

/**
 * @typedef {{code: string, message: string}} Refusal
 * @typedef {{stopped?: boolean, latched?: boolean, evidence?: string, job?: number, again?: boolean}} Result
 * @typedef {{success: boolean, result?: Result, error?: Refusal}} Ack
 * @typedef {object} Status What the robot says of itself.
 * @property {string} mode
 * @property {{vision: string, ai: boolean}} mode_profile
 * @property {number} you
 * @property {number | null} operator
 * @property {{left: number, right: number, latched: boolean, cause: string, evidence: string}} drive
 * @property {{pan: number, tilt: number}} head
 * @property {{voltage: number, percent: number, charging: string, level: string} | null} battery
 * @property {string} battery_level
 * @property {string} heat_level
 * @property {{pattern: string, r: number, g: number, b: number}} light
 * @property {import('./sound.js').State} sound
 * @property {{quiet_s: number | null, barks: number, rejected: Record<string, number>}} hearing
 * @property {{detector: string, dogs: {track: number, dog_id?: string, behavior?: string, area: number[]}[]} | null} sight
 * @property {{day: number, left: number, under_way: number | null}} treats
 * @property {string} store
 * @property {Record<string, {state: string, trouble?: string, last_good_ms: number | null}>} health
 * @property {number} uptime_us
 * @property {import('./training/guardian.js').Guardian | null} guardian `null` while it is not its turn; so the next.
 * @property {import('./training/coach.js').Coach | null} coach
 * @property {import('./training/mission.js').Mission | null} mission
 * @property {{program: string, phase: string, place: number, missions: number, treats: number} | null} program
 * @property {{appointments: number, clock_is_trusted: boolean, current: string | null, next: {schedule_id: string, at: string} | null} | null} schedule
 */

/** Codes that this side gives when no answer came. @type {Set<string>} */
export const UNANSWERED = new Set(['link_lost', 'no_answer']);

/** @param {string} path */
export function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * Events: `open`, `close`, `status` (Status), `sound` (its state), `photo`, `played` (what was said), `rtt` (ms),
 * `device` (its name), `kept` (something durable happened), `notice`: {message} of an alert, an error or a treat, with its
 * `alert_type` or `code`, and whether it is `past`; and `told`: {type, data, past} of any other message.
 */
export class Link extends EventTarget {
  #path;
  /** @type {WebSocket | null} */
  #socket = null;
  #open = false;
  #wait = FIRST_WAIT;
  #heard = 0;
  #lastId = 0;
  /** The newest that the robot has sent: `motor` gives it back, so that a command which sat in a queue is known. */
  /** @type {number | undefined} */
  heartbeat;
  /** Where in the robot's history this page has come to: what happened while the link was lost is told after that. */
  #place = '';
  /** @type {Map<string, {at: number, settle: (ack: Ack) => void}>} */
  #pending = new Map();

  /** @param {string} path */
  constructor(path) {
    super();
    this.#path = path;
    setInterval(() => this.#watch(), 500);
  }

  get open() {
    return this.#open;
  }

  get choked() {
    return (this.#socket?.bufferedAmount ?? 0) > CHOKED;
  }

  /** @param {string} name @param {(detail: any) => void} then */
  on(name, then) {
    this.addEventListener(name, (event) => then(/** @type {CustomEvent} */ (event).detail));
  }

  connect() {
    const since = this.#place && `?after=${this.#place}`;
    const socket = new WebSocket(socketUrl(this.#path + since));
    this.#socket = socket;
    this.#heard = performance.now();
    socket.onopen = () => {
      this.#open = true;
      this.#wait = FIRST_WAIT;
      this.#heard = performance.now();
      this.#emit('open');
    };
    socket.onmessage = (event) => {
      this.#heard = performance.now();
      this.#read(event.data);
    };
    socket.onclose = () => this.#lost(socket);
  }

  /**
   * Sends a command. The promise never rejects: a lost link or a missing answer is a refusal too.
   * @param {string} command
   * @param {object} [data]
   * @returns {Promise<Ack>}
   */
  send(command, data = {}) {
    if (!this.#open) return Promise.resolve(unanswered('link_lost'));
    const id = String(++this.#lastId);
    this.#socket?.send(JSON.stringify({ type: 'command', command, data, id }));
    return new Promise((settle) => this.#pending.set(id, { at: performance.now(), settle }));
  }

  /**
   * Sends something said, for the robot to say. Whether it was heard is told as `played`.
   * @param {{data: string, format: string, duration_ms: number}} message @param {string} id
   */
  say(message, id) {
    if (!this.#open) return false;
    this.#socket?.send(JSON.stringify({ type: 'audio_message', ...message, id }));
    return true;
  }

  /** The second way to stop, for when the socket is not there. Resolves to whether the robot took it. */
  /** @param {'stop' | 'emergency_stop'} [command] */
  async stopByHttp(command = 'stop') {
    const path = command === 'stop' ? 'motor/stop' : 'motor/emergency';
    try {
      return (await fetch(path, { method: 'POST', keepalive: true })).ok;
    } catch {
      return false;
    }
  }

  /** @param {string} text */
  #read(text) {
    const message = JSON.parse(text);
    const data = message.data ?? {};
    const { event } = message;
    if (message.device_id) this.#emit('device', message.device_id);
    if (event?.lane === 'durable' && event.durable) {
      this.#place = `${event.boot}.${event.seq}`;
      this.#emit('kept');
    }
    // The robot's history is another one: this page's place in it means nothing any more.
    if (data.code === 'past_unknown') this.#place = '';
    if (message.type === 'heartbeat') this.heartbeat = data.seq;
    else if (message.type === 'status_update') this.#emit('status', data);
    else if (message.type === 'audio_state') this.#emit('sound', data);
    else if (message.type === 'photo') this.#emit('photo', message);
    else if (message.type === 'audio_played') this.#emit('played', message);
    else if (message.type === 'command_ack') this.#answered(data);
    else if (message.type === 'alert' || message.type === 'error' || message.type === 'treat') {
      this.#emit('notice', { ...data, past: event?.past === true });
    } else this.#emit('told', { type: message.type, data, past: event?.past === true });
  }

  /** @param {Ack & {id: string}} ack */
  #answered(ack) {
    const asked = this.#pending.get(ack.id);
    if (!asked) return;
    this.#pending.delete(ack.id);
    this.#emit('rtt', performance.now() - asked.at);
    asked.settle(ack);
  }

  /** @param {WebSocket} socket */
  #lost(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#open = false;
    this.heartbeat = undefined;
    this.#emit('close');
    this.#settle('link_lost', Infinity);
    setTimeout(() => this.connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    leaveIfLoggedOut();
  }

  #watch() {
    const now = performance.now();
    this.#settle('no_answer', now - ANSWER_WITHIN);
    if (!this.#socket || now - this.#heard < SILENCE) return;
    // A dead line never finishes closing, so the loss is declared here and not waited for.
    const socket = this.#socket;
    this.#lost(socket);
    socket.close();
  }

  /** Answers for the robot whatever was asked before `before`. @param {string} code @param {number} before */
  #settle(code, before) {
    for (const [id, { at, settle }] of this.#pending) {
      if (at > before) continue;
      this.#pending.delete(id);
      settle(unanswered(code));
    }
  }

  /** @param {string} name @param {unknown} [detail] */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** A socket does not say why it was refused; a request does. */
async function leaveIfLoggedOut() {
  const answer = await fetch('mode/get').catch(() => undefined);
  if (answer?.status === 401) location.assign('login');
}

/** @param {string} code @returns {Ack} */
function unanswered(code) {
  const message = code === 'link_lost' ? 'There is no link to the robot.' : 'The robot did not answer.';
  return { success: false, error: { code, message } };
}
