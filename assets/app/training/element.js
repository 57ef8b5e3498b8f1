// Makes and changes pieces of the page, so that what has not changed is not touched.
// It never takes text for markup.

/**
 * A new element: `make('li.row', {hidden: true}, 'Words', child)`.
 * @param {string} kind A tag, and classes after dots.
 * @param {Record<string, string | number | boolean | undefined>} [attributes] True is an empty one, false and undefined none.
 * @param {...(Node | string | null | undefined)} inside
 */
export function make(kind, attributes = {}, ...inside) {
  const [tag, ...classes] = kind.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...inside.filter((piece) => piece !== null && piece !== undefined));
  return element;
}

/** A button of a card. @param {string} words @param {() => void} act @param {Record<string, string | boolean>} [attributes] */
export function button(words, act, attributes = {}) {
  const element = make('button.act', { type: 'button', ...attributes }, words);
  element.addEventListener('click', act);
  return element;
}

/** @param {Element} element @param {string} words */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {Element} element @param {string} name @param {string | boolean} value */
export function mark(element, name, value) {
  const next = String(value);
  if (element.getAttribute(name) !== next) element.setAttribute(name, next);
}

/** A pair of a list of facts: what, and how it is. @param {string} what @param {string} is @param {string} [testid] */
export function pair(what, is, testid) {
  return make('div', {}, make('dt', {}, what), make('dd', { 'data-testid': testid }, is));
}

/**
 * Asks the robot once, while the button looks asked; what it refuses is said in its words. True where it did it.
 * @param {import('../link.js').Link} link @param {(words: string) => void} say
 * @param {Element | null} pressed @param {string} command @param {object} [data]
 */
export async function ask(link, say, pressed, command, data) {
  if (pressed?.getAttribute('aria-busy') === 'true') return { success: false };
  pressed?.setAttribute('aria-busy', 'true');
  const answer = await link.send(command, data);
  pressed?.removeAttribute('aria-busy');
  if (answer.error) say(answer.error.message);
  return answer;
}
