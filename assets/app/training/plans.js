// The missions and programs that the robot has: what they are called, and a list to begin them from.
// It never offers one that the robot has not told of.

import { ask, button, make, mark } from './element.js';
import { count, plain, span } from './words.js';

/**
 * @typedef {object} Mission
 * @property {string} name
 * @property {string} display_name
 * @property {string} description
 * @property {boolean} enabled
 * @property {number | null} max_rewards
 * @property {number | null} duration_minutes
 * @property {string[]} stages
 * @property {string} schedule `manual`, `continuous`, or times of the day.
 *
 * @typedef {object} Program
 * @property {string} name
 * @property {string} display_name
 * @property {string} description
 * @property {string[]} missions
 * @property {boolean} repeat
 * @property {number | null} daily_treat_limit
 * @property {number} rest_between_missions_sec
 */

export class Plans {
  #part;
  #link;
  #say;
  #shown;
  /** @type {Map<string, Mission>} */
  #missions = new Map();
  /** @type {Map<string, Program>} */
  #programs = new Map();
  /** Called when there are other ones. */
  changed = () => {};

  /**
   * @param {Record<string, any>} part @param {import('../link.js').Link} link @param {(words: string) => void} say
   * @param {import('./dogs.js').Dogs} dogs @param {() => void} shown Shows what is under way.
   */
  constructor(part, link, say, dogs, shown) {
    this.#part = part;
    this.#link = link;
    this.#say = say;
    this.#shown = shown;
    dogs.fill(part['for-dog'], 'Any dog');
    // The keys are the drive's and the head's.
    part['for-dog'].addEventListener('change', () => part['for-dog'].blur());
  }

  open() {
    this.#link.send('list_missions');
    this.#link.send('list_programs');
  }

  /** @param {string} name */
  mission(name) {
    return this.#missions.get(name);
  }

  /** @param {string} name Of a mission or a program. */
  title(name) {
    return (this.#missions.get(name) ?? this.#programs.get(name))?.display_name ?? plain(name);
  }

  /** What the robot says, with missions and programs as people know them: it names them by their files. @param {string} words */
  titled(words) {
    return words.replace(/\b[a-z0-9]+(?:_[a-z0-9]+)+\b/g, (name) => {
      const plan = this.#missions.get(name) ?? this.#programs.get(name);
      return plan ? `\u201c${plan.display_name}\u201d` : name;
    });
  }

  /** What the stages of a mission are called. @param {string} name */
  stages(name) {
    return this.#missions.get(name)?.stages ?? [];
  }

  /** Names and titles, programs first. */
  all() {
    const rows = (/** @type {Map<string, Mission | Program>} */ plans) => [...plans.values()].map(({ name, display_name }) => ({ name, title: display_name }));
    return { programs: rows(this.#programs), missions: rows(this.#missions) };
  }

  /** @param {Mission[]} missions */
  listMissions(missions) {
    this.#missions = new Map(missions.map((mission) => [mission.name, mission]));
    this.#part.missions.replaceChildren(...missions.map((mission) => this.#missionRow(mission)));
    this.changed();
  }

  /** @param {Program[]} programs */
  listPrograms(programs) {
    this.#programs = new Map(programs.map((program) => [program.name, program]));
    this.#part.programs.replaceChildren(...programs.map((program) => this.#programRow(program)));
    this.changed();
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    const { mission, program } = /** @type {any} */ (status ?? {});
    for (const [list, name] of [['missions', mission?.mission], ['programs', program?.program]]) {
      for (const row of this.#part[list].children) mark(row, 'data-on', row.dataset.name === name);
    }
  }

  /** @param {Mission} mission */
  #missionRow({ name, display_name, description, enabled, max_rewards, duration_minutes, stages, schedule }) {
    const size = [
      count(stages.length, 'stage'),
      duration_minutes === null ? '' : span(duration_minutes * 60),
      max_rewards === null ? '' : `up to ${count(max_rewards, 'treat')}`,
      schedule === 'manual' ? '' : schedule,
    ];
    const start = button('Start', () => this.#begin(start, 'start_mission', { mission: name, ...this.dog }), {
      'data-testid': `start-${name}`, 'aria-label': `Start ${display_name}`, disabled: !enabled,
    });
    const load = button('Load', () => this.#begin(load, 'load_mission', { mission: name }), {
      'data-testid': `load-${name}`, 'aria-label': `Load ${display_name}`, disabled: !enabled,
    });
    const about = enabled ? size.filter(Boolean).join(' \u00b7 ') : 'Switched off in its file';
    return offer(name, display_name, description, about, stages, [load, start]);
  }

  /** @param {Program} program */
  #programRow({ name, display_name, description, missions, repeat, daily_treat_limit, rest_between_missions_sec }) {
    const size = [
      count(missions.length, 'mission'),
      `${span(rest_between_missions_sec)} rest between`,
      daily_treat_limit === null ? '' : `up to ${count(daily_treat_limit, 'treat')} a day`,
      repeat ? 'again and again' : '',
    ];
    const start = button('Start', () => this.#begin(start, 'start_program', { program: name, ...this.dog }), {
      'data-testid': `start-${name}`, 'aria-label': `Start ${display_name}`,
    });
    return offer(name, display_name, description, size.filter(Boolean).join(' \u00b7 '), missions.map(plain), [start]);
  }

  /** The dog that is chosen for what is to begin. */
  get dog() {
    const dog = this.#part['for-dog'].value;
    return dog ? { dog_id: dog } : {};
  }

  /** @param {Element} pressed @param {string} command @param {object} data */
  async #begin(pressed, command, data) {
    const { success } = await ask(this.#link, this.#say, pressed, command, data);
    if (success) this.#shown();
  }
}

/**
 * @param {string} name @param {string} title @param {string} description @param {string} about @param {string[]} steps
 * @param {HTMLElement[]} buttons
 */
function offer(name, title, description, about, steps, buttons) {
  return make(
    'li.offer',
    { 'data-name': name, 'data-testid': `offer-${name}` },
    make(
      'details',
      {},
      make('summary', {}, make('h3', {}, title), make('p', {}, description), make('p.size', {}, about)),
      make('ol', {}, ...steps.map((step) => make('li', {}, step))),
    ),
    make('div.acts-row', {}, ...buttons),
  );
}
