// The mission under way, or the one that is loaded: where it stands, and what a person does with it.
// It never begins, ends or goes on but by what the robot tells.

import { ask, make, mark, pair, write } from './element.js';
import { Ring } from './ring.js';
import { span, tenths, waitsFor } from './words.js';

/** @type {Record<string, string>} */
const PHASES = {
  loaded: 'Ready to begin',
  starting: 'Begins',
  waiting_for_dog: 'Waits for a dog',
  greeting: 'Greets the dog',
  command: 'Says what to do',
  watching: 'Watches',
  success: 'Done!',
  failed: 'Not this time',
  cooldown: 'Rests before the next stage',
  paused: 'Paused',
};

/** What it waits for. @type {Record<string, string>} */
export const PAUSES = {
  asked: 'Paused',
  treat_uncertain: 'Paused: did the treat fall?',
  part_failed: 'Paused: a part does not work',
  stopped: 'Paused: the robot was stopped',
};

/** How a mission ended. @type {Record<string, string>} */
export const ENDS = {
  all_stages_completed: 'all stages are done',
  max_rewards_reached: 'it gave as many treats as it may',
  timeout: 'its time is over',
  stage_timeout: 'a stage was not done',
  user_cancelled: 'cancelled at the robot',
  app_cancelled: 'cancelled',
  user_disconnected: 'nobody was connected for ten minutes',
  safety: 'the robot protects itself',
  restarted: 'the robot started anew',
};

/**
 * @typedef {object} Mission As `status_update` tells of it.
 * @property {string} mission
 * @property {number | null} run None while it is only loaded.
 * @property {string} phase
 * @property {string | null} pause
 * @property {string} [lacks] A part that it waits for.
 * @property {number} stage From 1; 0 while it is only loaded.
 * @property {number} stages
 * @property {string | null} dog_id
 * @property {number} held_s
 * @property {number} target_s
 * @property {number} treats
 */

export class MissionCard {
  #part;
  #link;
  #say;
  #dogs;
  #plans;
  #ring;
  /** @type {Mission | null} */
  #mission = null;

  /**
   * @param {Record<string, any>} part @param {import('../link.js').Link} link @param {(words: string) => void} say
   * @param {import('./dogs.js').Dogs} dogs @param {import('./plans.js').Plans} plans
   */
  constructor(part, link, say, dogs, plans) {
    this.#part = part;
    this.#link = link;
    this.#say = say;
    this.#dogs = dogs;
    this.#plans = plans;
    this.#ring = new Ring(part['mission-ring'], 'How long what is asked has lasted');
    part['mission-start'].addEventListener('click', () => ask(link, say, part['mission-start'], 'start_mission', plans.dog));
    part['mission-pause'].addEventListener('click', () => {
      const paused = Boolean(this.#mission?.pause);
      ask(link, say, part['mission-pause'], paused ? 'resume_mission' : 'pause_mission');
    });
    part['mission-cancel'].addEventListener('click', () => {
      const loaded = this.#mission?.run === null;
      ask(link, say, part['mission-cancel'], loaded ? 'load_mission' : 'stop_mission');
    });
    this.#on('resolve-yes', 'resolve_mission', { fell: true });
    this.#on('resolve-no', 'resolve_mission', { fell: false });
  }

  /** @param {string} id @param {string} command @param {object} [data] */
  #on(id, command, data) {
    const pressed = this.#part[id];
    pressed.addEventListener('click', () => ask(this.#link, this.#say, pressed, command, data));
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    const part = this.#part;
    const mission = /** @type {Mission | null} */ (status?.mission ?? null);
    this.#mission = mission;
    part.mission.hidden = !mission;
    if (!mission) return;
    const { run, pause, lacks, phase } = mission;
    const loaded = run === null;
    mark(part.mission, 'data-on', !loaded);
    write(part['mission-title'], this.#plans.title(mission.mission));
    const state = lacks ? waitsFor(lacks) : pause ? PAUSES[pause] ?? pause : PHASES[phase] ?? phase;
    write(part['mission-state'], loaded ? 'Loaded' : state);
    part['mission-start'].hidden = !loaded;
    part['mission-pause'].hidden = loaded || pause === 'treat_uncertain';
    write(part['mission-pause'], pause ? 'Go on' : 'Pause');
    write(part['mission-cancel'], loaded ? 'Put it away' : 'Cancel the mission');
    part.resolve.hidden = pause !== 'treat_uncertain';
    this.#showProgress(mission);
    this.#showStages(mission);
    if (!loaded) part['mission-ended'].hidden = true;
  }

  /** @param {Mission} mission */
  #showProgress({ mission, stage, stages, held_s: held, target_s: target, treats, dog_id, run }) {
    if (target > 0) this.#ring.show(held, target, tenths(held), `of ${tenths(target)}`);
    else this.#ring.show(0, 0, run === null ? '\u2013' : String(stage), run === null ? '' : `of ${stages}`);
    const { max_rewards: most, duration_minutes: minutes } = this.#plans.mission(mission) ?? {};
    const counts = [
      ['Stage', stage > 0 ? `${stage} of ${stages}` : `${stages} in all`, 'mission-stage'],
      ['Treats', most ? `${treats} of ${most}` : String(treats), 'mission-treats'],
      ['Dog', dog_id ? this.#dogs.name(dog_id) : 'Any', 'mission-dog'],
      ['At most', minutes ? span(minutes * 60) : '\u2013', 'mission-time'],
    ];
    const words = counts.map((row) => row[1]).join();
    if (this.#part['mission-counts'].dataset.words === words) return;
    this.#part['mission-counts'].dataset.words = words;
    this.#part['mission-counts'].replaceChildren(...counts.map(([what, is, id]) => pair(what, is, id)));
  }

  /** @param {Mission} mission */
  #showStages({ mission, stage, stages }) {
    const place = this.#part['mission-stages'];
    const names = this.#plans.stages(mission);
    const words = `${mission} ${stages} ${names.join()}`;
    if (place.dataset.words !== words) {
      place.dataset.words = words;
      place.replaceChildren(...Array.from({ length: stages }, (_, at) => make('li', {}, names[at] ?? `Stage ${at + 1}`)));
    }
    for (const [at, row] of [...place.children].entries()) {
      const state = at + 1 < stage ? 'past' : at + 1 === stage ? 'now' : 'to-come';
      mark(row, 'data-state', state);
      if (state === 'now') row.setAttribute('aria-current', 'step');
      else row.removeAttribute('aria-current');
    }
  }

  /** How it ended, in words that stay until the next one. @param {string} words */
  ended(words) {
    this.#part['mission-ended'].hidden = false;
    write(this.#part['mission-ended'], words);
  }
}
