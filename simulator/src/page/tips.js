// What all pages do with hands: tips, arrows through what lies in a picture, copying.
// Nothing is told here that the page does not hold without it.
'use strict';
const id = (name) => document.getElementById(name);
const all = (what, where = document) => [...where.querySelectorAll(what)];
(() => {
  document.body.classList.add('live');

  // Tips: from the titles, which stay what a reader of the page is told.
  const tip = id('tip');
  let shown = null;
  for (const item of all('.item')) {
    const title = item.querySelector('title');
    item.dataset.tip = title.textContent;
    item.setAttribute('aria-label', title.textContent.replace('\n', ': '));
    item.setAttribute('role', 'img');
    title.remove();
  }
  for (const named of all('[data-tip][title]')) named.removeAttribute('title');
  const hide = () => {
    shown?.classList.remove('on');
    shown = null;
    tip.hidden = true;
  };
  const show = (target) => {
    hide();
    shown = target;
    target.classList.add('on');
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    settle();
  };
  /** Puts the tip where it belongs: above what it tells of, or below it. */
  const settle = () => {
    if (!shown) return;
    const near = shown.getBoundingClientRect();
    if (near.bottom < 0 || near.top > innerHeight) {
      hide();
      return;
    }
    const own = tip.getBoundingClientRect();
    const left = Math.max(near.left, 0) + Math.min(near.width, innerWidth) / 2 - own.width / 2;
    const above = near.top - own.height - 8;
    tip.style.left = `${Math.max(12, Math.min(left, innerWidth - own.width - 12))}px`;
    tip.style.top = `${above > 8 ? above : Math.min(near.bottom + 8, innerHeight - own.height - 8)}px`;
  };
  const told = (event) => event.target instanceof Element && event.target.closest('[data-tip]');
  document.addEventListener('pointerover', (event) => {
    const target = told(event);
    if (target && target !== shown) show(target);
    else if (!target && event.pointerType === 'mouse') hide();
  });
  document.addEventListener('focusin', (event) => {
    const target = told(event);
    if (target) show(target);
  });
  document.addEventListener('focusout', hide);
  document.addEventListener('scroll', settle, { capture: true, passive: true });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });

  document.addEventListener('click', (event) => {
    const target = told(event);
    if (target) show(target);
    else hide();
  });

  // Each picture is one stop of the tab key; arrows go through what is in it.
  for (const walk of all('[data-walk]')) {
    const items = all('.item', walk).sort((one, other) => one.dataset.t - other.dataset.t);
    items.forEach((item, place) => item.setAttribute('tabindex', place === 0 ? '0' : '-1'));
    walk.addEventListener('keydown', (event) => {
      const place = items.indexOf(event.target);
      const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: items.length - 1 }[event.key];
      if (to === undefined || !items[to]) return;
      event.preventDefault();
      items[place]?.setAttribute('tabindex', '-1');
      items[to].setAttribute('tabindex', '0');
      items[to].focus();
    });
  }

  for (const button of all('[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(id(button.dataset.copy).textContent);
      button.textContent = 'Copied';
    });
  }
})();
