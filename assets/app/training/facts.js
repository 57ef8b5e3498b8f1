// What the robot keeps of its training, in words, by the kinds and fields of `/events`.
// It never words a fact twice, and has none for a fact that is not about training.

import { MISSES, WITHHELD } from './coach.js';
import { ENDS, PAUSES } from './mission.js';
import { PROGRAM_ENDS } from './program.js';
import { HINDRANCES } from './schedule.js';
import { count, span, trickWord } from './words.js';

/** @type {Record<string, string>} */
const TRIGGERS = {
  burst: 'very many barks in a short time',
  sustained_rate: 'many barks a minute, for minutes',
  futility: 'nothing that the robot does helps',
};

/** @type {Record<string, string>} */
const STAGE_MISSES = {
  timed_out: 'not in time',
  no_more_tries: 'no more tries',
  cue_not_heard: 'the cue was not heard',
  skipped: 'left out',
};

/**
 * @typedef {object} Names
 * @property {(id: string) => string} dog
 * @property {(name: string) => string} plan A mission or a program.
 * @property {(id: string) => string} appointment
 *
 * @typedef {Record<string, any>} Body
 */

const seconds = (/** @type {number} */ micros) => micros / 1e6;

/** @param {Names} names @param {{dog: string} | null} known */
function who(names, known) {
  return known ? names.dog(known.dog) : '';
}

/** @type {Record<string, Record<string, (body: Body, names: Names) => string>>} */
const WORDS = {
  guardian: {
    began: ({ most_treats }) => `Silent guardian listens, with ${count(most_treats, 'treat')} at most`,
    intervened: ({ level, known, needed }, names) =>
      `${who(names, known) || 'A dog'} barks: quiet asked for, insistence ${level} of 4, ${span(seconds(needed))}`,
    quiet_kept: ({ took }) => `Quiet was kept, ${span(seconds(took))} after it was asked for`,
    gave_up: () => 'It did not get quiet: silent guardian lets it be for now',
    broke_off: () => 'Silent guardian broke off',
    reset: ({ quiet }) => `Quiet for ${span(seconds(quiet))}: silent guardian begins gently again`,
    panic_began: ({ trigger }) => `A dog is beside itself: ${TRIGGERS[trigger] ?? trigger}`,
    panic_ended: ({ lasted }) => `The dog has calmed down, after ${span(seconds(lasted))}`,
    ended: ({ tally }) => `Silent guardian is off, after ${count(tally.barks, 'bark')} and ${count(tally.treats, 'treat')}`,
  },
  coach: {
    trick_done: ({ trick, known }, names) => `${trickWord(trick)}: ${who(names, known) || 'the dog'} did it`,
    trick_missed: ({ trick, known, why, again }, names) =>
      `${trickWord(trick)}: ${[who(names, known), MISSES[why] ?? why, again ? 'once more' : ''].filter(Boolean).join(', ')}`,
  },
  mission: {
    started: ({ mission, dog }, names) => `${names.plan(mission)} began${dog ? ` for ${names.dog(dog)}` : ''}`,
    stage_done: ({ mission, stage, known }, names) =>
      [`${names.plan(mission)}: stage ${stage} is done`, who(names, known)].filter(Boolean).join(', '),
    stage_missed: ({ mission, stage, why }, names) => `${names.plan(mission)}: stage ${stage}, ${STAGE_MISSES[why] ?? why}`,
    paused: ({ mission, why }, names) => `${names.plan(mission)}: ${(PAUSES[why] ?? why).replace('Paused', 'paused')}`,
    resolved: ({ fell }) => (fell ? 'Somebody looked: the treat fell' : 'Somebody looked: no treat fell'),
    resumed: ({ mission }, names) => `${names.plan(mission)} goes on`,
    ended: ({ mission, end, done, treats }, names) =>
      `${names.plan(mission)} is over: ${ENDS[end] ?? end}. ${count(done, 'stage')} done, ${count(treats, 'treat')}`,
    program_started: ({ program, missions }, names) => `${names.plan(program)} began, a program of ${count(missions, 'mission')}`,
    program_phase: ({ program, phase }, names) => (phase === 'resting' ? `${names.plan(program)} rests` : ''),
    program_ended: ({ program, end, treats }, names) => `${names.plan(program)} is over: ${PROGRAM_ENDS[end] ?? end}. ${count(treats, 'treat')}`,
  },
  schedule: {
    kept: ({ id }, names) => `On schedule: ${names.appointment(id)}`,
    missed: ({ id, why }, names) => `Missed: ${names.appointment(id)}, for ${HINDRANCES[why] ?? why}`,
  },
};

/**
 * A fact in words; nothing where it is not about training.
 * @param {{kind: string, body: any}} fact @param {Names} names
 */
export function factWords({ kind, body }, names) {
  if (kind === 'praised') return `Praised without a treat: ${withheldWords(body.withheld)}`;
  const [what, fields] = typeof body === 'string' ? [body, {}] : Object.entries(body ?? {})[0] ?? [];
  return (what && WORDS[kind]?.[what]?.(fields ?? {}, names)) || '';
}

/** @param {string | Record<string, any>} withheld A word, or a word and more of it. */
function withheldWords(withheld) {
  const word = typeof withheld === 'string' ? withheld : Object.keys(withheld)[0];
  return WITHHELD[word] ?? word;
}
