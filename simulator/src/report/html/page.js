// The report's own: the moment that all parts show, zoom. Nothing is told here that the page does not hold without it.
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const PLAY = '<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M4 2l12 7-12 7z"/></svg>';
  const REST = '<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M4 2h4v14H4zM10 2h4v14h-4z"/></svg>';
  /** However long the run was, to play it takes so many seconds at the most. */
  const SHOW = 40;
  const data = JSON.parse(id('data').textContent);

  document.addEventListener('keydown', (event) => {
    const item = event.target instanceof Element && event.target.closest('.lane .item[data-t]');
    if (!item || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    go(Number(item.dataset.t));
  });

  // The moment: a line in every lane and plot, everybody's place in the room.
  const slider = id('moment');
  const clock = id('clock');
  const lines = all('.lane > svg, .plot .field').map((svg) => {
    const line = document.createElementNS(SVG, 'line');
    line.setAttribute('class', 'now');
    line.setAttribute('y1', '0');
    line.setAttribute('y2', '100%');
    svg.append(line);
    return line;
  });
  const spans = (lane) => all(`[data-lane="${lane}"] .span`).map((span) => span.dataset);
  const doing = ['Mode', 'Guardian', 'Stage'].map(spans);
  const trails = all('.trail');
  const plots = all('.plot').map((plot) => ({
    told: plot.querySelector('output'),
    unit: plot.dataset.unit,
    values: plot.dataset.values.split(','),
  }));
  const depth = id('room').querySelector('.floor').height.baseVal.value;
  const ways = data.ways.map(({ id: name, at }) => ({ marker: id(`m-${name}`), at }));
  const rows = all('#story tr[data-t]');
  let row = null;

  /** Where a way is at a moment, in tenths of a second: x, y, heading. */
  const place = (at, moment) => {
    let [low, high] = [0, at.length / 4 - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (at[4 * middle] <= moment) low = middle;
      else high = middle - 1;
    }
    const [t, x, y, h] = at.slice(4 * low, 4 * low + 4);
    const next = at.slice(4 * low + 4, 4 * low + 8);
    if (next.length < 4) return [x, y, h];
    const share = Math.max(0, Math.min(1, (moment - t) / Math.max(1, next[0] - t)));
    const turn = ((next[3] - h + 540) % 360 + 360) % 360 - 180;
    return [x + share * (next[1] - x), y + share * (next[2] - y), h + share * turn];
  };

  const words = (moment) => {
    const tenths = Math.floor(moment * 10 + 1e-6);
    const [hours, minutes, seconds] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, Math.floor(tenths / 10) % 60];
    const two = (number) => String(number).padStart(2, '0');
    const time = `${two(seconds)}.${tenths % 10}`;
    return hours ? `${hours}:${two(minutes)}:${time}` : `${minutes}:${time}`;
  };

  function go(moment) {
    slider.value = moment;
    paint();
  }

  function paint() {
    const moment = Number(slider.value);
    const share = moment / Math.max(data.length, 1e-6);
    for (const line of lines) {
      line.setAttribute('x1', `${100 * share}%`);
      line.setAttribute('x2', `${100 * share}%`);
    }
    for (const { marker, at } of ways) {
      if (!marker || !at.length) continue;
      const [x, y, h] = place(at, moment * 10);
      marker.setAttribute('transform', `translate(${x.toFixed(1)} ${(depth - y).toFixed(1)}) rotate(${-h.toFixed(1)})`);
    }
    for (const trail of trails) trail.classList.toggle('later', Number(trail.dataset.t) >= moment);
    for (const { told: output, unit, values } of plots) {
      const value = values[Math.min(values.length - 1, Math.floor(share * values.length))];
      output.textContent = value ? `${value} ${unit}` : '';
    }
    const now = doing.flatMap((lane, place) => {
      const span = lane.find(({ t, u }) => Number(t) <= moment && moment <= Number(u));
      return span?.l ? [place === 1 && /^\d$/.test(span.l) ? `level ${span.l}` : span.l] : [];
    });
    clock.textContent = [words(moment), ...now].join(' · ');
    slider.setAttribute('aria-valuetext', clock.textContent);
    const next = rows.findLast?.((one) => Number(one.dataset.t) <= moment) ?? null;
    row?.classList.remove('at');
    next?.classList.add('at');
    row = next;
  }

  slider.addEventListener('input', () => {
    rest();
    paint();
  });
  document.addEventListener('click', (event) => {
    const at = event.target instanceof Element && event.target.closest('[data-t]');
    if (!at || at.classList.contains('trail')) return;
    rest();
    go(Number(at.dataset.t));
    if (at.classList.contains('jump')) id('timeline').scrollIntoView({ block: 'start', behavior: 'auto' });
  });

  // Playing.
  const play = id('play');
  let playing = 0;
  function rest() {
    cancelAnimationFrame(playing);
    playing = 0;
    play.innerHTML = PLAY;
    play.setAttribute('aria-label', 'Play');
  }
  play.addEventListener('click', () => {
    if (playing) return rest();
    if (Number(slider.value) >= data.length - 0.05) go(0);
    const speed = Math.max(1, data.length / SHOW);
    let [before, moment] = [performance.now(), Number(slider.value)];
    const step = (now) => {
      moment = Math.min(data.length, moment + (speed * (now - before)) / 1000);
      before = now;
      go(moment);
      if (moment >= data.length) return rest();
      playing = requestAnimationFrame(step);
    };
    playing = requestAnimationFrame(step);
    play.innerHTML = REST;
    play.setAttribute('aria-label', 'Pause');
  });

  // Zoom, about the middle of what is seen.
  const scroll = id('lanes');
  const lanes = scroll.querySelector('.lanes');
  let zoom = 1;
  const closer = (to) => {
    const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / scroll.scrollWidth;
    zoom = Math.max(1, Math.min(32, to));
    lanes.style.setProperty('--zoom', zoom);
    scroll.scrollLeft = middle * scroll.scrollWidth - scroll.clientWidth / 2;
    id('narrower').disabled = zoom === 1;
    id('wider').disabled = zoom === 32;
  };
  id('wider').addEventListener('click', () => closer(zoom * 2));
  id('narrower').addEventListener('click', () => closer(zoom / 2));
  closer(1);

  for (const hidden of all('.zoom, .scrub')) hidden.hidden = false;
  rest();
  paint();
})();
