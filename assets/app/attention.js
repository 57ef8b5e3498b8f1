// Notices when the person is no longer at the page: another window, another tab, a page that goes, a touch taken away.
// It never decides that attention is back; only a fresh press does.

/** @param {(event: Event) => void} lost Called at once, and perhaps more than once. */
export function onAttentionLost(lost) {
  window.addEventListener('blur', lost);
  window.addEventListener('pagehide', lost);
  window.addEventListener('pointercancel', lost, { capture: true });
  document.addEventListener('freeze', lost);
  document.addEventListener('visibilitychange', (event) => {
    if (document.visibilityState === 'hidden') lost(event);
  });
}
