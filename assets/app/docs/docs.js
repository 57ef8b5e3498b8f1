// The API, to read and to search: routes out of /openapi.json, messages out of /asyncapi.json, and the types of both.
// It shows what the documents say and knows nothing of the robot itself.

/**
 * @typedef {object} Entry
 * @property {string} id Its place in the page, as in the address.
 * @property {string} group
 * @property {string} label
 * @property {HTMLElement} article
 * @property {string} words What a search looks into.
 * @property {HTMLAnchorElement} link
 */

/** @param {string} name @param {Record<string, string>} [about] @param {(Node | string | null | undefined)[]} inside */
function h(name, about = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(about)) element.setAttribute(key, value);
  element.append(...inside.filter((part) => part != null));
  return element;
}

/** Text in which `words in backticks` are code. @param {string} text */
function prose(text) {
  return text
    .replace(/\s+/g, ' ')
    .split('`')
    .map((part, number) => (number % 2 ? h('code', {}, part) : part));
}

/** @param {string} ref */
const typeName = (ref) => ref.split('/').at(-1) ?? ref;

/** What a value may be, in a few words, with links to types. @param {any} schema @returns {(Node | string)[]} */
function kind(schema) {
  if (schema === true || schema === undefined) return ['anything'];
  if (schema.$ref) {
    const name = typeName(schema.$ref);
    return [h('a', { href: `#type-${name}` }, name)];
  }
  if (schema.const !== undefined) return [h('code', {}, JSON.stringify(schema.const))];
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways) return ways.flatMap((way, number) => (number ? [' or ', ...kind(way)] : kind(way)));
  if (schema.enum) return schema.enum.flatMap((word, number) => [number ? ', ' : '', h('code', {}, String(word))]);
  const types = [schema.type ?? 'anything'].flat();
  return types.flatMap((type, number) => [number ? ' or ' : '', ...named(type, schema)]);
}

/** @param {string} type @param {any} schema @returns {(Node | string)[]} */
function named(type, schema) {
  if (type === 'array') return ['list of ', ...kind(schema.items)];
  if (type === 'object' && schema.additionalProperties?.type !== undefined) return ['object of ', ...kind(schema.additionalProperties)];
  if (type === 'object' && schema.additionalProperties?.$ref) return ['object of ', ...kind(schema.additionalProperties)];
  return [type];
}

/** The bounds of a value. @param {any} schema */
function bounds(schema) {
  const { minimum, maximum, minLength, maxLength, maxItems, format } = schema;
  const unsigned = /^u?int/.test(format ?? '');
  const said = [];
  if (minimum !== undefined && maximum !== undefined) said.push(`${minimum} to ${maximum}`);
  else if (minimum !== undefined && !(unsigned && minimum === 0)) said.push(`from ${minimum}`);
  if (maxLength !== undefined) said.push(`${minLength ?? 0} to ${maxLength} characters`);
  if (maxItems !== undefined) said.push(`at most ${maxItems}`);
  if (format === 'date-time') said.push('ISO 8601');
  return said.length ? ` (${said.join(', ')})` : '';
}

/** A schema as a list of fields, or as a line. @param {any} schema */
function shape(schema) {
  const inner = (schema.anyOf ?? []).find((/** @type {any} */ way) => way.$ref);
  const ways = schema.oneOf;
  if (ways?.every((/** @type {any} */ way) => way.const !== undefined)) {
    return fields(ways.map((/** @type {any} */ way) => [h('code', {}, String(way.const)), [], way.description]));
  }
  if (schema.$ref || inner || !schema.properties) return h('p', {}, ...kind(schema), bounds(schema));
  const must = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties).map(([name, /** @type {any} */ field]) => {
    const star = must.has(name) ? h('span', { class: 'must', title: 'required' }, ' *') : null;
    return [h('span', {}, h('code', {}, name), star ?? ''), [...kind(field), bounds(field)], field.description];
  });
  if (!rows.length) return h('p', {}, 'nothing');
  return fields(/** @type {any} */ (rows));
}

/** @param {[Node, (Node | string)[], string | undefined][]} rows */
function fields(rows) {
  const list = h('dl', { class: 'fields' });
  for (const [name, what, about] of rows) {
    list.append(h('div', {}, h('dt', {}, name), h('dd', {}, ...what, about ? h('p', {}, ...prose(about)) : null)));
  }
  return list;
}

/** @param {unknown} value */
const json = (value) => h('pre', {}, JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/([{[]) /g, '$1').replace(/ ([}\]])/g, '$1'));

/** @param {string} id @param {string} way @param {string} label @param {any} about */
function article(id, way, label, about) {
  const marks = [
    about['x-contract'] === false ? h('span', { class: 'mark' }, 'beyond the contract') : null,
    about['x-deprecated'] ? h('span', { class: 'mark' }, 'deprecated') : null,
  ];
  const badge = way ? h('span', { class: `way ${way.split(' ')[0]}` }, way.split(' ').at(-1) ?? '') : null;
  return h('article', { class: 'entry', id }, h('h3', {}, badge, h('a', { href: `#${id}` }, label), ...marks),
    about.summary ? h('p', {}, ...prose(about.summary)) : null);
}

/** @param {any} openapi @returns {Omit<Entry, 'link'>[]} */
function routes(openapi) {
  const tags = openapi.tags.map((/** @type {any} */ tag) => tag.name);
  const entries = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(/** @type {Record<string, any>} */ (methods)).map(([method, about]) => {
      const id = about.operationId;
      const node = article(id, method, path, about);
      if (about.parameters) {
        node.append(h('h4', {}, 'Parameters'), fields(about.parameters.map((/** @type {any} */ one) => [
          h('code', {}, one.name), [`${one.in}, `, ...kind(one.schema), bounds(one.schema)], one.description])));
      }
      const body = about.requestBody?.content['application/json'];
      if (body) {
        const schema = resolve(openapi, body.schema);
        node.append(h('h4', {}, about.requestBody.required ? 'Body' : 'Body, may be left out'), shape(schema), json(body.example));
      }
      const answers = Object.entries(/** @type {Record<string, any>} */ (about.responses));
      node.append(h('h4', {}, 'Answers'), fields(answers.map(([status, answer]) => {
        const [type, content] = Object.entries(/** @type {Record<string, any>} */ (answer.content ?? {}))[0] ?? [''];
        const what = content?.schema ? kind(content.schema) : [type];
        return [h('code', {}, status), what, answer.description];
      })));
      return { id, group: about.tags[0], label: `${method.toUpperCase()} ${path}`, article: node, words: search(node, body) };
    }));
  return entries.sort((a, b) => tags.indexOf(a.group) - tags.indexOf(b.group));
}

/** @param {any} asyncapi @returns {Omit<Entry, 'link'>[]} */
function messages(asyncapi) {
  return Object.entries(/** @type {Record<string, any>} */ (asyncapi.components.messages)).map(([key, about]) => {
    const [side] = key.split('.');
    const receives = side === 'app';
    const node = article(key, receives ? 'receive to robot' : 'send to app', about.name, about);
    const frame = about.payload;
    const data = frame.properties?.data;
    node.append(h('h4', {}, 'Frame'), shape(frame));
    const inner = data?.anyOf?.[0] ?? data;
    if (inner?.$ref) node.append(h('h4', {}, 'Data'), shape(resolve(asyncapi, inner)));
    for (const { payload } of about.examples ?? []) node.append(json(payload));
    const reply = asyncapi.operations[key]?.reply?.messages;
    if (reply) {
      const names = reply.map((/** @type {any} */ one) => typeName(one.$ref));
      node.append(h('p', {}, 'Answered by ', ...names.flatMap((/** @type {string} */ name, /** @type {number} */ at) => [
        at ? ', ' : '', h('a', { href: `#${name}` }, name.slice('robot.'.length))])));
    }
    return { id: key, group: receives ? 'To the robot' : 'To the app', label: about.name, article: node, words: search(node) };
  });
}

/** @param {Record<string, any>[]} documents @returns {Omit<Entry, 'link'>[]} */
function types(documents) {
  const all = Object.assign({}, ...documents.map((document) => document.components.schemas));
  return Object.entries(all).sort(([a], [b]) => a.localeCompare(b)).map(([name, schema]) => {
    const id = `type-${name}`;
    const node = article(id, '', name, { summary: schema.description });
    node.append(shape(schema));
    return { id, group: 'Types', label: name, article: node, words: search(node) };
  });
}

/** @param {any} document @param {any} schema */
function resolve(document, schema) {
  const target = schema.$ref ?? schema.anyOf?.[0]?.$ref;
  return target ? document.components.schemas[typeName(target)] : schema;
}

/** @param {HTMLElement} node @param {unknown} [more] */
const search = (node, more) => `${node.textContent} ${more ? JSON.stringify(more) : ''}`.toLowerCase();

/** @param {string} path */
async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.json();
}

/** @param {any} openapi @param {any} asyncapi */
function show(openapi, asyncapi) {
  const content = /** @type {HTMLElement} */ (document.getElementById('content'));
  const index = /** @type {HTMLElement} */ (document.getElementById('index'));
  const note = /** @type {HTMLElement} */ (document.getElementById('note'));
  const parts = [
    { title: 'REST', about: openapi.info.description, entries: routes(openapi) },
    { title: 'WebSocket', about: `${asyncapi.info.description} The socket is at ${asyncapi.channels.local.address}.`, entries: messages(asyncapi) },
    { title: 'Types', about: '', entries: types([openapi, asyncapi]) },
  ];
  const fold = h('details', {}, h('summary', {}, 'Contents'));
  index.append(fold);
  /** @type {{entries: Entry[], section: HTMLElement, headings: Map<string, HTMLElement>}[]} */
  const shown = parts.map(({ title, about, entries }) => {
    const section = h('section', {}, h('h2', {}, title), about ? h('p', {}, ...prose(about)) : null);
    const headings = new Map();
    const linked = entries.map((entry) => {
      if (!headings.has(entry.group)) {
        headings.set(entry.group, h('h2', {}, entry.group));
        fold.append(headings.get(entry.group));
      }
      const link = /** @type {HTMLAnchorElement} */ (h('a', { href: `#${entry.id}` }, entry.label));
      fold.append(link);
      section.append(entry.article);
      return { ...entry, link };
    });
    content.append(section);
    return { entries: linked, section, headings };
  });
  const wide = matchMedia('(min-width: 761px)');
  const unfold = () => fold.toggleAttribute('open', wide.matches);
  wide.addEventListener('change', unfold);
  unfold();
  fold.addEventListener('click', (event) => {
    if (!wide.matches && event.target instanceof HTMLAnchorElement) fold.removeAttribute('open');
  });

  const box = /** @type {HTMLInputElement} */ (document.getElementById('search'));
  const filter = () => {
    const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { entries, section, headings } of shown) {
      const groups = new Set();
      for (const entry of entries) {
        const fits = wanted.every((word) => entry.words.includes(word));
        entry.article.hidden = entry.link.hidden = !fits;
        if (fits) groups.add(entry.group);
        found += Number(fits);
      }
      section.hidden = groups.size === 0;
      for (const [group, heading] of headings) heading.hidden = !groups.has(group);
    }
    note.hidden = found > 0;
    note.textContent = `Nothing here speaks of “${box.value}”.`;
  };
  box.addEventListener('input', filter);

  const arrive = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const entry = shown.flatMap(({ entries }) => entries).find((known) => known.id === id);
    for (const { entries } of shown) for (const { link } of entries) link.removeAttribute('aria-current');
    if (!entry) return;
    // A link leads to what a search has hidden, too.
    if (entry.article.hidden) {
      box.value = '';
      filter();
    }
    entry.link.setAttribute('aria-current', 'true');
    entry.article.scrollIntoView();
  };
  addEventListener('hashchange', arrive);
  const version = /** @type {HTMLElement} */ (document.getElementById('version'));
  version.textContent = `v${openapi.info.version}`;
  filter();
  arrive();
}

try {
  const [openapi, asyncapi] = await Promise.all(['/openapi.json', '/asyncapi.json'].map(read));
  show(openapi, asyncapi);
} catch (error) {
  const note = /** @type {HTMLElement} */ (document.getElementById('note'));
  note.textContent = `The documents cannot be read: ${error instanceof Error ? error.message : error}`;
}
