// The schedule: which appointments the robot has, which comes next, and whether it knows the time.
// It never shows an appointment that the robot does not have; what is saved is asked back from it.

import { AppointmentForm, DAYS } from './appointment.js';
import { ask, button, make, mark, write } from './element.js';
import { moment, plain, span } from './words.js';

/**
 * @typedef {object} Appointment
 * @property {string} schedule_id
 * @property {string} [mission_name]
 * @property {string} [program_name]
 * @property {string} [dog_id]
 * @property {string} [name]
 * @property {'once' | 'daily' | 'weekly'} type
 * @property {string} [date]
 * @property {string} start_time
 * @property {string} [end_time]
 * @property {string[]} [days_of_week]
 * @property {boolean} enabled
 * @property {number} cooldown_hours
 */

/** So begins the id of an appointment that is written in a mission's own file, where alone it can be changed. */
const WRITTEN = 'mission:';

/** Why an appointment was missed. @type {Record<string, string>} */
export const HINDRANCES = {
  away: 'the robot was off, or did not know the time',
  occupied: 'another mission was under way',
  in_use: 'a person had the robot',
  cooldown: 'it began not long ago',
  unfit: 'battery, heat or a part forbade it',
  not_found: 'there is no such mission or program, or it is switched off',
  daily_reward_limit: 'the robot had given as many treats as it may',
};

export class Schedule {
  #part;
  #link;
  #say;
  #dogs;
  #plans;
  #form;
  /** @type {Appointment[]} */
  #appointments = [];
  /** Where the robot stands; the page may be elsewhere. @type {string | undefined} */
  #zone;

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
    this.#form = new AppointmentForm(part, link, dogs, plans, () => this.#edit(null));
    part['schedule-new'].addEventListener('click', () => this.#edit(undefined));
  }

  /** Asks which appointments there are now. */
  open() {
    this.#link.send('get_schedules');
    if (!this.#zone) this.#link.send('get_scheduler_status');
  }

  /** @param {{timezone: string}} scheduler */
  scheduler({ timezone }) {
    this.#zone = timezone;
  }

  /** @param {Appointment[]} appointments */
  list(appointments) {
    this.#appointments = appointments;
    this.show();
  }

  /** The plans have got their names. */
  show() {
    this.#form.offer();
    this.#part.appointments.replaceChildren(...this.#appointments.map((one) => this.#row(one)));
  }

  /** What an appointment is called. @param {string} id */
  title(id) {
    const one = this.#appointments.find(({ schedule_id }) => schedule_id === id);
    return one ? this.#title(one) : plain(id);
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    const schedule = status?.schedule;
    this.#part.clock.hidden = !schedule || schedule.clock_is_trusted;
    write(this.#part['schedule-next'], schedule ? this.#nextWords(schedule) : '\u2013');
    for (const row of this.#part.appointments.children) {
      mark(row, 'data-on', row.dataset.name === String(schedule?.current));
    }
  }

  /** @param {NonNullable<import('../link.js').Status['schedule']>} schedule */
  #nextWords({ next, current, appointments }) {
    if (current) return `Under way: ${this.title(current)}`;
    if (next) return `Next: ${this.title(next.schedule_id)}, ${moment(new Date(next.at), this.#zone)}`;
    return appointments > 0 ? 'No appointment is to come.' : 'No appointments yet.';
  }

  /** @param {Appointment} one */
  #title({ name, mission_name, program_name }) {
    return name || this.#plans.title(mission_name ?? program_name ?? '');
  }

  /** @param {Appointment} one */
  #row(one) {
    const { schedule_id: id, enabled, dog_id, cooldown_hours } = one;
    const title = this.#title(one);
    const written = id.startsWith(WRITTEN);
    const more = [
      one.program_name ? 'Program' : 'Mission',
      dog_id ? `for ${this.#dogs.name(dog_id)}` : '',
      cooldown_hours > 0 ? `not again for ${span(cooldown_hours * 3600)}` : '',
      written ? 'written in its file' : '',
      enabled ? '' : 'not in force',
    ];
    const edit = button('Edit', () => this.#edit(one), { 'data-testid': `edit-${id}`, 'aria-label': `Edit ${title}` });
    const toggle = make('button.switch-button', {
      type: 'button', role: 'switch', 'aria-checked': String(enabled), 'aria-label': `${title} is in force`, 'data-testid': `enable-${id}`,
    });
    toggle.addEventListener('click', () => ask(this.#link, this.#say, toggle, 'update_schedule', { schedule: { ...one, enabled: !enabled } }));
    return make(
      'li.offer',
      { 'data-name': id, 'data-testid': written ? 'written-row' : 'appointment-row', 'data-enabled': String(enabled) },
      make('div.offer-words', {}, make('h3', {}, title), make('p', {}, when(one)), make('p.size', {}, more.filter(Boolean).join(' \u00b7 '))),
      written ? null : make('div.acts-row', {}, edit, toggle),
    );
  }

  /** Opens the form: for a new one, for this one, or not at all. @param {Appointment | null | undefined} one */
  #edit(one) {
    const open = one !== null;
    this.#part['schedule-view'].hidden = open;
    this.#part.appointment.hidden = !open;
    if (open) this.#form.show(one);
    else this.#part['schedule-new'].focus();
  }
}

/** When it is, in words. @param {Appointment} one */
function when({ type, date, days_of_week: days = [], start_time, end_time }) {
  const day = {
    once: () => onDay(new Date(`${date}T00:00`)),
    daily: () => 'Every day',
    weekly: () => DAYS.filter(([name]) => days.includes(name)).map(([, short]) => short).join(', '),
  }[type]();
  const over = end_time && end_time <= start_time ? ' the day after' : '';
  return end_time ? `${day}, ${start_time} to ${end_time}${over}` : `${day}, from ${start_time}`;
}

/** A day, with its year where that is another one than now. @param {Date} day */
function onDay(day) {
  const year = day.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return day.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long', year });
}
