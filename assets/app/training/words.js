// Spans, times and names in words.
// It never decides anything: a word it does not know is shown as the robot wrote it.

const DAY = 86_400_000;

/** 7.4 is "7 s", 90 is "1 min 30 s", 5400 is "1 h 30 min". @param {number} seconds */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = hours > 0 ? 0 : whole % 60;
  return [hours && `${hours} h`, minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean).join(' ');
}

/** Of a hold that is counted in seconds and tenths. @param {number} seconds */
export function tenths(seconds) {
  return seconds < 10 ? `${(Math.floor(seconds * 10) / 10).toFixed(1)} s` : span(seconds);
}

/** @param {number} count @param {string} one @param {string} [many] */
export function count(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** `sit_and_speak` is "Sit and speak". @param {string} name */
export function plain(name) {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @type {Record<string, string>} */
const TRICKS = { laydown: 'Lie down' };

/** @param {string} trick */
export function trickWord(trick) {
  return TRICKS[trick] ?? plain(trick);
}

/** What it cannot do without: `detector`. @param {string} part */
export function waitsFor(part) {
  return `Waits: the ${part.replaceAll('_', ' ')} does not work`;
}

/** `dog_biscuit` is called Biscuit where nobody has written down its name. @param {string} id */
export function dogWord(id) {
  return plain(id.replace(/^dog_/, ''));
}

/** The hour, such as 17:05. @param {Date} date @param {string} [timeZone] Here, if nothing is said. */
export function clock(date, timeZone) {
  return date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
}

/** A moment to come, as people say it: "today 17:00", "Fri, 27 Nov, 17:00". @param {Date} date @param {string} [timeZone] */
export function moment(date, timeZone) {
  const day = (/** @type {number} */ ms) => new Date(ms).toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short', timeZone });
  const now = Date.now();
  const words = day(date.getTime());
  const near = words === day(now) ? 'today ' : words === day(now + DAY) ? 'tomorrow ' : `${words}, `;
  return near + clock(date, timeZone);
}
