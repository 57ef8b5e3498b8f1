// Training on the page: joins guardian, coach, missions, programs, schedule, history and voices to the link.
// It never sends a command by itself: what it asks when the link opens are questions.

import { CoachCard } from './coach.js';
import { Dogs } from './dogs.js';
import { GuardianCard } from './guardian.js';
import { History } from './history.js';
import { ENDS, MissionCard } from './mission.js';
import { Panel } from './panel.js';
import { Plans } from './plans.js';
import { ProgramCard } from './program.js';
import { Schedule } from './schedule.js';
import { Voices } from './voices.js';
import { mark, write } from './element.js';
import { count, plain, trickWord } from './words.js';

export class Training {
  #part;
  #cards;
  panel;

  /** @param {Record<string, any>} part @param {import('../link.js').Link} link @param {(words: string) => void} tell */
  constructor(part, link, tell) {
    this.#part = part;
    this.panel = new Panel(part);
    const dogs = new Dogs();
    const say = (/** @type {string} */ words) => tell(plans.titled(words));
    const plans = new Plans(part, link, say, dogs, () => this.panel.turn('now'));
    const schedule = new Schedule(part, link, say, dogs, plans);
    plans.changed = () => schedule.show();
    const mission = new MissionCard(part, link, say, dogs, plans);
    const guardian = new GuardianCard(part, link, say);
    const coach = new CoachCard(part, link, say, dogs);
    const program = new ProgramCard(part, link, say, plans);
    const voices = new Voices(part, say, dogs);
    const history = new History(part, say, {
      dog: (id) => dogs.name(id),
      plan: (name) => plans.title(name),
      appointment: (id) => schedule.title(id),
    });
    this.#cards = [program, mission, guardian, coach, plans, schedule];

    /** What is done with each message. @type {Record<string, (data: any, past: boolean) => void>} */
    const messages = {
      missions_list: ({ missions }) => plans.listMissions(missions),
      programs_list: ({ programs }) => plans.listPrograms(programs),
      tricks_list: ({ tricks }) => coach.list(tricks),
      schedules_list: ({ schedules }) => schedule.list(schedules),
      scheduler_status: (data) => schedule.scheduler(data),
      schedule_created: () => schedule.open(),
      schedule_updated: () => schedule.open(),
      schedule_deleted: () => schedule.open(),
      schedule: () => schedule.open(),
      sg_summary: (data) => guardian.summary(data),
      guardian: (data, past) => past || guardian.summary(data),
      coach_progress: (data, past) => past || coach.progress(data),
      coach_reward: (data, past) => past || coach.result(data),
      mission: (data, past) => past || this.#missionTold(data, mission, plans),
    };
    link.on('told', ({ type, data, past }) => messages[type]?.(data, past));
    link.on('kept', () => history.news());
    link.on('open', () => {
      dogs.open().then(() => voices.open());
      plans.open();
      coach.open();
      schedule.open();
      guardian.open();
      history.open();
    });
    link.on('close', () => {
      coach.close();
      voices.drop();
    });
  }

  /** @param {import('../link.js').Status | undefined} status */
  report(status) {
    for (const card of this.#cards) card.report(status);
    write(this.#part.doing, doingWords(status));
    mark(this.#part['page-now'], 'data-mode', status?.mode ?? '');
  }

  /** @param {any} told @param {MissionCard} card @param {Plans} plans */
  #missionTold({ action, mission_id, rewards, failure_reason, end_reason }, card, plans) {
    if (!['complete', 'failed', 'stopped'].includes(action)) return;
    const reason = end_reason ?? failure_reason ?? action;
    card.ended(`${plans.title(mission_id)} is over: ${ENDS[reason] ?? plain(reason)}. ${count(rewards, 'treat')}.`);
  }
}

/** What the robot does just now, on the picture. @param {import('../link.js').Status | undefined} status */
function doingWords(status) {
  const { coach, guardian, mission } = /** @type {any} */ (status ?? {});
  if (mission?.run !== undefined && mission.run !== null) {
    return mission.pause ? 'Mission is paused' : `Stage ${mission.stage} of ${mission.stages}`;
  }
  if (coach?.trick) return trickWord(coach.trick);
  if (guardian?.phase === 'intervention') return `Asks for quiet, ${guardian.level} of 4`;
  if (guardian?.phase === 'calming') return 'Calms a dog';
  return '';
}
