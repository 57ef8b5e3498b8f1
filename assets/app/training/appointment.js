// The form of one appointment: makes, changes or deletes it.
// It never closes before the robot has agreed; what the robot refuses stands in the form, in the robot's words.

import { ask, make, mark, write } from './element.js';

/** By the wire's names, as people write them. */
export const DAYS = /** @type {const} */ ([
  ['monday', 'Mon'], ['tuesday', 'Tue'], ['wednesday', 'Wed'], ['thursday', 'Thu'],
  ['friday', 'Fri'], ['saturday', 'Sat'], ['sunday', 'Sun'],
]);

/** What the form says first for a new one: an appointment of every day is not kept twice in one. */
const NEW = /** @type {import('./schedule.js').Appointment} */ ({
  schedule_id: '', type: 'daily', start_time: '17:00', enabled: true, cooldown_hours: 20,
});

export class AppointmentForm {
  #part;
  #link;
  #plans;
  #leave;
  /** @type {import('./schedule.js').Appointment} */
  #one = NEW;

  /**
   * @param {Record<string, any>} part @param {import('../link.js').Link} link @param {import('./dogs.js').Dogs} dogs
   * @param {import('./plans.js').Plans} plans @param {() => void} leave
   */
  constructor(part, link, dogs, plans, leave) {
    this.#part = part;
    this.#link = link;
    this.#plans = plans;
    this.#leave = leave;
    dogs.fill(part.whose, 'Any dog');
    part.days.append(...DAYS.map(([name, short]) => {
      const attributes = { type: 'button', 'data-day': name, 'data-testid': `day-${name}`, 'aria-pressed': 'false', 'aria-label': name };
      const day = make('button.day', attributes, short);
      day.addEventListener('click', () => mark(day, 'aria-pressed', day.getAttribute('aria-pressed') !== 'true'));
      return day;
    }));
    part.when.addEventListener('change', () => this.#fit());
    for (const id of ['from', 'until']) part[id].addEventListener('input', () => this.#fit());
    part.enabled.addEventListener('click', () => mark(part.enabled, 'aria-checked', part.enabled.getAttribute('aria-checked') !== 'true'));
    part.appointment.addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#save();
    });
    part['appointment-leave'].addEventListener('click', leave);
    part['appointment-delete'].addEventListener('click', () => this.#do(part['appointment-delete'], 'delete_schedule', { schedule_id: this.#one.schedule_id }));
  }

  /** What can begin. */
  offer() {
    const { programs, missions } = this.#plans.all();
    const what = this.#part.what;
    const chosen = what.value;
    const group = (/** @type {string} */ label, /** @type {string} */ kind, /** @type {{name: string, title: string}[]} */ rows) =>
      make('optgroup', { label }, ...rows.map(({ name, title }) => make('option', { value: `${kind} ${name}` }, title)));
    what.replaceChildren(group('Missions', 'mission', missions), group('Programs', 'program', programs));
    if (chosen) what.value = chosen;
  }

  /** @param {import('./schedule.js').Appointment} [one] None for a new one. */
  show(one = NEW) {
    const part = this.#part;
    this.#one = one;
    const old = one !== NEW;
    write(part['appointment-title'], old ? 'Appointment' : 'New appointment');
    this.offer();
    if (old) part.what.value = one.program_name ? `program ${one.program_name}` : `mission ${one.mission_name}`;
    else part.what.selectedIndex = 0;
    part.whose.value = one.dog_id ?? '';
    part.when.value = one.type;
    part.date.value = one.date ?? today();
    for (const day of part.days.children) mark(day, 'aria-pressed', (one.days_of_week ?? []).includes(day.dataset.day));
    part.from.value = one.start_time;
    part.until.value = one.end_time ?? '';
    part.cooldown.value = String(one.cooldown_hours);
    mark(part.enabled, 'aria-checked', one.enabled);
    part['appointment-delete'].hidden = !old;
    this.#wrong('');
    this.#fit();
    part.what.focus();
  }

  /** Shows what belongs to how often it is. */
  #fit() {
    const { when, days, from, until } = this.#part;
    this.#part['date-setting'].hidden = when.value !== 'once';
    days.hidden = when.value !== 'weekly';
    const note = !until.value
      ? 'It may begin within an hour, and takes its time.'
      : until.value <= from.value ? 'That is on the day after.' : '';
    write(this.#part['until-note'], note);
  }

  #save() {
    const old = this.#one !== NEW;
    const schedule = this.#read();
    if (typeof schedule === 'string') return this.#wrong(schedule);
    return this.#do(this.#part['appointment-save'], old ? 'update_schedule' : 'create_schedule', { schedule });
  }

  /** What the form says, or what is missing in it. */
  #read() {
    const part = this.#part;
    const type = part.when.value;
    const days = [...part.days.children].filter((day) => day.getAttribute('aria-pressed') === 'true').map((day) => day.dataset.day);
    if (!part.what.value) return 'The robot has no missions to begin.';
    if (!part.from.value) return 'Say from when on it may begin.';
    if (type === 'once' && !part.date.value) return 'Say on which day it is.';
    if (type === 'weekly' && days.length === 0) return 'Choose a day at least.';
    if (!part.cooldown.value || !part.cooldown.checkValidity()) return 'Say for how many hours it is not to begin again: a whole number, 0 to 720.';
    const [kind, task] = part.what.value.split(' ');
    return {
      ...(this.#one.schedule_id ? { schedule_id: this.#one.schedule_id } : {}),
      ...(this.#one.name ? { name: this.#one.name } : {}),
      ...(kind === 'program' ? { program_name: task } : { mission_name: task }),
      ...(part.whose.value ? { dog_id: part.whose.value } : {}),
      type,
      ...(type === 'once' ? { date: part.date.value } : {}),
      ...(type === 'weekly' ? { days_of_week: days } : {}),
      start_time: part.from.value.slice(0, 5),
      ...(part.until.value ? { end_time: part.until.value.slice(0, 5) } : {}),
      enabled: part.enabled.getAttribute('aria-checked') === 'true',
      cooldown_hours: Number(part.cooldown.value),
    };
  }

  /** @param {Element} pressed @param {string} command @param {object} data */
  async #do(pressed, command, data) {
    this.#wrong('');
    const { success } = await ask(this.#link, (words) => this.#wrong(words), pressed, command, data);
    if (success) this.#leave();
  }

  /** @param {string} words */
  #wrong(words) {
    const place = this.#part['appointment-wrong'];
    place.hidden = !words;
    write(place, words && words.charAt(0).toUpperCase() + words.slice(1));
  }
}

function today() {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
