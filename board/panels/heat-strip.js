import { h } from '/public/page/dom.js';
import * as format from '../texts/format.js';
import { clock } from '../texts/format.js';
import { setText } from './panel.js';
import { colour } from './theme.js';

/** Latencies up to here have the palest colour; the strongest is the threshold's. */
const PALE_SECONDS = 0.005;
const GAP_PX = 2;

/** One row a series, one cell a point of time, a stronger colour for slower and red above the limit. */
export function createHeatStrip(host) {
  const names = h('ol', { class: 'strip-names' });
  const canvas = h('canvas', { class: 'strip-canvas', role: 'img' });
  const numbers = h('ol', { class: 'strip-numbers' });
  const tip = h('div', { class: 'chart-tip', hidden: true });
  const middle = h('div', { class: 'strip-middle' }, canvas, tip);
  host.append(h('div', { class: 'strip' }, names, middle, numbers));
  let shown = { rows: [], times: [], limit: 1 };

  function list(element, items) {
    while (element.children.length > items.length) element.lastChild.remove();
    items.forEach((item, i) => {
      const line = element.children[i] ?? element.appendChild(h('li'));
      setText(line, item.text);
      Object.assign(line.dataset, item.data);
      line.classList.toggle('is-bad', item.level === 'bad');
      line.classList.toggle('is-warn', item.level === 'warn');
    });
  }

  function draw() {
    const { rows, limit } = shown;
    const { clientWidth: width, clientHeight: height } = middle;
    const scale = devicePixelRatio;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const ctx = canvas.getContext('2d');
    const [quiet, accent, bad] = ['line', 'accent', 'bad'].map(colour);
    const rowHeight = canvas.height / rows.length;
    rows.forEach(({ values }, r) => {
      const top = Math.round(r * rowHeight);
      const cellHeight = Math.round((r + 1) * rowHeight) - top - GAP_PX * scale;
      ctx.globalAlpha = 0.35;
      ctx.fillStyle = quiet;
      ctx.fillRect(0, top, canvas.width, cellHeight);
      values.forEach((value, i) => {
        if (value === null) return;
        const left = Math.floor((i * canvas.width) / values.length);
        const right = Math.floor(((i + 1) * canvas.width) / values.length);
        const shade = Math.log(value / PALE_SECONDS) / Math.log(limit / PALE_SECONDS);
        ctx.globalAlpha = value > limit ? 1 : 0.16 + 0.84 * Math.min(1, Math.max(0, shade));
        ctx.fillStyle = value > limit ? bad : accent;
        ctx.fillRect(left, top, right - left, cellHeight);
      });
    });
  }

  canvas.addEventListener('mousemove', ({ offsetX, offsetY }) => {
    const { rows, times } = shown;
    const row = rows[Math.floor((offsetY / canvas.clientHeight) * rows.length)];
    const i = Math.floor((offsetX / canvas.clientWidth) * times.length);
    tip.hidden = !row || times[i] === undefined;
    if (tip.hidden) return;
    const value = row.values[i] === null ? undefined : row.values[i];
    tip.replaceChildren(
      h('p', { class: 'chart-tip-time' }, clock(times[i])),
      h('p', {}, h('span', {}, row.name), h('b', { class: 'number' }, format.latency(value))),
    );
    const beyond = offsetX + 16 + tip.offsetWidth > canvas.clientWidth;
    tip.style.left = `${beyond ? offsetX - tip.offsetWidth - 12 : offsetX + 12}px`;
  });
  canvas.addEventListener('mouseleave', () => {
    tip.hidden = true;
  });
  new ResizeObserver(draw).observe(middle);

  return {
    render(next) {
      shown = next;
      list(
        names,
        next.rows.map((row) => ({ text: row.name, level: row.level })),
      );
      list(
        numbers,
        next.rows.map((row) => ({
          text: format.latency(row.now),
          level: row.level,
          data: { task: row.task, value: row.now },
        })),
      );
      canvas.setAttribute(
        'aria-label',
        next.rows.map(({ name, now }) => `${name} ${format.latency(now)}`).join(', '),
      );
      draw();
    },
  };
}
