// Logs in with the code that came in the address, or with a token that somebody enters, and goes to the robot's page.
// It keeps neither: what remains is a cookie that no script can read.

const said = /** @type {HTMLElement} */ (document.getElementById('said'));
const form = /** @type {HTMLFormElement} */ (document.getElementById('form'));
const token = /** @type {HTMLInputElement} */ (document.getElementById('token'));

/** @param {'asking' | 'busy' | 'refused'} state @param {string} [words] */
function show(state, words) {
  document.documentElement.dataset.state = state;
  if (words) said.textContent = words;
}

/** @param {{code: string} | {token: string}} shown */
async function logIn(shown) {
  show('busy', 'One moment…');
  try {
    const answer = await fetch('/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(shown),
    });
    if (answer.ok) return location.replace('/');
    const { error } = await answer.json();
    const wait = error.retry_after_s ? ` Try again in ${error.retry_after_s} s.` : '';
    show('refused', sentence(error.message) + wait);
  } catch {
    show('refused', 'The robot does not answer.');
  }
}

/** @param {string} text */
function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  logIn({ token: token.value.trim() });
});

/** The code goes from the address at once: it must not stay in the history. */
function scanned() {
  const code = location.hash.slice(1);
  if (code) history.replaceState(null, '', location.pathname);
  return code;
}

/** Whoever came by a link on another page is logged in already, though the link did not say so. */
async function isIn() {
  const answer = await fetch('/mode/get').catch(() => null);
  return answer?.ok ?? false;
}

const code = scanned();
if (code) logIn({ code });
else if (await isIn()) location.replace('/');
// A code that is scanned while the page is open changes nothing but the fragment.
addEventListener('hashchange', () => {
  const code = scanned();
  if (code) logIn({ code });
});
