// The program under way: which of its missions is on, and whether it rests.
// It never counts the rest down by itself: what is left is what the robot last told.

import { ask, mark, write } from './element.js';
import { count } from './words.js';

/** @type {Record<string, string>} */
const PHASES = { running: 'Under way', resting: 'Rests', paused: 'Paused' };

/** How a program ended. @type {Record<string, string>} */
export const PROGRAM_ENDS = {
  completed: 'all its missions were carried out',
  treat_limit: 'it gave as many treats as it may in a day',
  stopped: 'stopped',
  start_failed: 'one of its missions could not begin',
  timeout: 'its time is over',
  user_disconnected: 'nobody was connected for ten minutes',
  safety: 'the robot protects itself',
  restarted: 'the robot started anew',
};

export class ProgramCard {
  #part;
  #plans;
  #paused = false;

  /**
   * @param {Record<string, any>} part @param {import('../link.js').Link} link @param {(words: string) => void} say
   * @param {import('./plans.js').Plans} plans
   */
  constructor(part, link, say, plans) {
    this.#part = part;
    this.#plans = plans;
    part['program-pause'].addEventListener('click', () =>
      ask(link, say, part['program-pause'], this.#paused ? 'resume_program' : 'pause_program'));
    part['program-stop'].addEventListener('click', () => ask(link, say, part['program-stop'], 'stop_program'));
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    const part = this.#part;
    /** @type {{program: string, phase: string, place: number, missions: number, treats: number} | null} */
    const program = status?.program ?? null;
    part.program.hidden = !program;
    if (!program) return;
    this.#paused = program.phase === 'paused';
    mark(part.program, 'data-on', true);
    write(part['program-title'], this.#plans.title(program.program));
    write(part['program-state'], PHASES[program.phase] ?? program.phase);
    const next = program.phase === 'resting' ? 'rests after' : 'at';
    write(part['program-note'], `Program, ${next} mission ${program.place} of ${program.missions}, ${count(program.treats, 'treat')} so far.`);
    write(part['program-pause'], this.#paused ? 'Go on' : 'Pause');
  }
}
