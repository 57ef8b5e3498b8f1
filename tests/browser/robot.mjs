// Starts the `wimz` command as a user would, asks it over HTTP what it knows, and ends it.
// It never drives: that is the page's part.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const WIMZ = process.env.WIMZ ?? fileURLToPath(new URL('../../target/release/wimz', import.meta.url));
const PATIENCE = 20_000;

/**
 * Asks until the answer is true, and returns it; fails with the last answer when that takes too long.
 * @template T
 * @param {string} what @param {() => T | Promise<T>} ask @param {number} [within] milliseconds
 */
export async function until(what, ask, within = PATIENCE) {
  const end = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`not within ${within} ms: ${what}`);
    await pause(5);
  }
}

/** Watches that something goes on being true. @param {string} what @param {() => Promise<boolean>} ask @param {number} span */
export async function stays(what, ask, span) {
  const end = performance.now() + span;
  while (performance.now() < end) {
    if (!(await ask())) throw new Error(`no longer true: ${what}`);
    await pause(5);
  }
}

/** Runs `wimz`: what it says, as it says it, and how it ends. @param {string[]} words */
export function begin(...words) {
  const program = spawn(WIMZ, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = listen(program);
  return { said, ended: finished(program, said) };
}

/** Runs `wimz` to its end. @param {string[]} words */
export function wimz(...words) {
  return begin(...words).ended;
}

/** A simulated robot, served and recorded. */
export class Robot {
  /** @param {string} folder @param {number} port @param {string[]} words */
  constructor(folder, port, words) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.recording = join(folder, 'session.wimzrec');
    this.program = spawn(WIMZ, ['--port', String(port), '--record', this.recording, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.said = listen(this.program);
  }

  /** @param {(folder: string) => string[]} [words] More words for `wimz`, which may keep things in this folder. */
  static async start(words = () => []) {
    const folder = await mkdtemp(join(tmpdir(), 'wimz-browser-'));
    const robot = new Robot(folder, await freePort(), words(folder));
    await until('the robot is ready', () => {
      if (robot.program.exitCode !== null) throw new Error(`wimz ended: ${robot.story()}`);
      return robot.story().includes('\nready in ');
    });
    return robot;
  }

  /** @param {string} path */
  async get(path) {
    const answer = await fetch(this.url + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  /** What the robot reports of itself. */
  async status() {
    return (await this.get('/telemetry')).data;
  }

  /** Where it really is. */
  truth() {
    return this.get('/sim/truth');
  }

  async atRest() {
    const { drive } = await this.status();
    return drive.left === 0 && drive.right === 0;
  }

  /** What it has told of itself so far. */
  story() {
    return this.said.join('');
  }

  /** Ends it as a service manager would, with SIGTERM, and says how it ended. */
  end() {
    this.program.kill('SIGTERM');
    this.ended ??= finished(this.program, this.said);
    return this.ended;
  }

  /** Ends it if it still runs, and removes its recording. */
  async clean() {
    this.program.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** @param {import('node:child_process').ChildProcess} program @returns {string[]} Grows as the program speaks. */
function listen(program) {
  /** @type {string[]} */
  const said = [];
  program.stdout?.setEncoding('utf8').on('data', (text) => said.push(text));
  return said;
}

/** @param {import('node:child_process').ChildProcess} program @param {string[]} said */
async function finished(program, said) {
  const [code, signal] = await once(program, 'close', { signal: AbortSignal.timeout(PATIENCE) });
  const lines = said.join('').trimEnd().split('\n');
  return { code: code ?? signal, hash: lines.at(-1)?.match(/^hash ([0-9a-f]+)$/)?.[1], lines };
}

/** @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
