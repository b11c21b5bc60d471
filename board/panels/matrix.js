import { h } from '/public/page/dom.js';
import { intervalsOf } from '../data/intervals.js';
import * as format from '../texts/format.js';
import { texts } from '../texts/language.js';
import { createPanel, setText } from './panel.js';

/** Columns: tasks; rows: latency intervals, slowest on top; the stronger the colour, the more requests. */
export function createMatrix(section) {
  const panel = createPanel(section);
  const table = h('table', { class: 'matrix' });
  panel.body.append(h('div', { class: 'matrix-frame' }, table));
  let key;
  let cells = [];
  let feet = [];

  function build({ model, shown }) {
    const { edges } = model.hello;
    const limit = model.thresholds.latency_p95_seconds;
    const intervals = intervalsOf(edges).reverse();
    const name = ({ lower, upper }) => format.interval(lower, upper);
    cells = [];
    const rows = intervals.map((interval) => {
      const slow = interval.lower >= limit;
      const line = shown.map((task) => {
        const cell = h('td', {
          dataset: { task: task.name, le: String(interval.upper ?? '+Inf') },
          class: slow && 'is-slow',
        });
        cells.push({ cell, task, interval, label: name(interval) });
        return cell;
      });
      return h('tr', {}, h('th', { scope: 'row', class: slow && 'is-slow' }, name(interval)), ...line);
    });
    feet = shown.map((task) => ({ task, cell: h('td', { dataset: { p95: task.name } }) }));
    table.replaceChildren(
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td'),
          ...shown.map(({ name: task }) => h('th', { scope: 'col' }, texts().tasks[task])),
        ),
      ),
      h('tbody', {}, ...rows),
      h(
        'tfoot',
        {},
        h('tr', {}, h('th', { scope: 'row' }, texts().matrixP95), ...feet.map(({ cell }) => cell)),
      ),
    );
  }

  return {
    reset() {
      key = undefined;
    },
    render(view) {
      const { model, shown, whole } = view;
      const { measures, hello, thresholds } = model;
      panel.describe(texts().matrix.title, texts().matrix.caption(texts().spans[view.spanName]));
      const nextKey = hello.instance + shown.map(({ name }) => name).join();
      if (key !== nextKey) build(view);
      key = nextKey;
      const buckets = new Map(
        shown.map(({ index }) => [index, whole ? measures.buckets(whole, [index]) : []]),
      );
      const counts = cells.map(({ task, interval }) =>
        buckets
          .get(task.index)
          .slice(interval.first, interval.end)
          .reduce((sum, n) => sum + n, 0),
      );
      const most = Math.max(1, ...counts);
      cells.forEach(({ cell, task, label }, i) => {
        const count = counts[i];
        if (cell.dataset.count === String(count) && cell.dataset.most === String(most)) return;
        cell.dataset.count = count;
        cell.dataset.most = most;
        const { heat, dark } = shade(count, most);
        cell.style.setProperty('--heat', `${Math.round(heat * 100)}%`);
        cell.classList.toggle('is-dark', dark);
        cell.title = texts().cell(texts().tasks[task.name], label, format.count(count));
        setText(cell, count === 0 ? '' : format.shortCount(count));
      });
      for (const { cell, task } of feet) {
        const p95 = whole ? measures.latency(whole, [task.index], 0.95) : Number.NaN;
        cell.dataset.value = p95;
        cell.classList.toggle('is-bad', p95 > thresholds.latency_p95_seconds);
        setText(cell, format.latency(p95));
      }
    },
  };
}

/**
 * How much of the colour a count gets, logarithmically. Half to four fifths are left out: neither dark nor light text is
 * readable on them.
 */
function shade(count, most) {
  if (count === 0) return { heat: 0, dark: false };
  const share = Math.log1p(count) / Math.log1p(most);
  const dark = share > 0.75;
  return { heat: dark ? 0.82 + 0.18 * (share - 0.75) * 4 : 0.08 + (0.42 * share) / 0.75, dark };
}
