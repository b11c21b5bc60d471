import { h } from '/public/page/dom.js';
import * as format from '../texts/format.js';
import { texts } from '../texts/language.js';
import { createPanel, setText } from './panel.js';

const COLUMNS = [
  'slot',
  'state',
  'utilisation',
  'queue',
  'requests',
  'restarts',
  'eventLoop',
  'rss',
  'since',
];
const RIGHT = new Set(['requests', 'restarts', 'eventLoop', 'rss', 'since']);

/** One row a worker process; in the middle of a replacement a slot has two. */
export function createWorkers(section) {
  const panel = createPanel(section);
  const head = h('tr');
  const body = h('tbody');
  panel.body.append(h('table', { class: 'workers' }, h('thead', {}, head), body));
  const rows = new Map();

  function rowOf(pid) {
    const known = rows.get(pid);
    if (known) return known;
    const cells = Object.fromEntries(
      COLUMNS.map((name) => [
        name,
        h('td', { dataset: { column: name }, class: RIGHT.has(name) && 'is-right' }),
      ]),
    );
    for (const name of ['utilisation', 'queue']) {
      cells[name].append(
        h('span', { class: 'meter' }, h('span', { class: 'meter-fill' })),
        h('span', { class: 'number' }),
      );
    }
    const row = { line: h('tr', {}, ...Object.values(cells)), cells };
    rows.set(pid, row);
    return row;
  }

  function paint(cell, level) {
    cell.classList.toggle('is-bad', level === 'bad');
    cell.classList.toggle('is-warn', level === 'warn');
  }

  function meter(cell, ratio, level = '') {
    const [bar, text] = cell.children;
    bar.firstChild.style.setProperty('--share', `${Math.min(100, (ratio || 0) * 100).toFixed(1)}%`);
    paint(cell, level);
    cell.dataset.value = ratio;
    setText(text, format.percent(ratio, 0));
  }

  function plain(cell, value, text, level = '') {
    cell.dataset.value = value;
    paint(cell, level);
    setText(cell, text);
  }

  return {
    reset() {
      rows.clear();
    },
    render({ model, now, recent, minute }) {
      const { measures, frame, alerts } = model;
      if (!now) return;
      const [ready, desired] = [measures.ready(now), measures.desired(now)];
      panel.describe(texts().workers.title, texts().workers.caption(ready, desired));
      panel.section.dataset.state = ready < desired ? 'bad' : '';
      const titles = texts().workerColumns;
      head.replaceChildren(
        ...COLUMNS.map((name) =>
          h('th', { scope: 'col', class: RIGHT.has(name) && 'is-right' }, titles[name]),
        ),
      );
      const workers = frame.workers.toSorted((a, b) => a.slot - b.slot || a.pid - b.pid);
      const lines = workers.map((worker) => {
        const { line, cells } = rowOf(worker.pid);
        for (const name of COLUMNS) cells[name].dataset.title = titles[name];
        const present = measures.slot(now, worker.slot);
        const failed = measures.slot(minute, worker.slot).failures > 0;
        Object.assign(line.dataset, {
          slot: worker.slot,
          pid: worker.pid,
          state: worker.state,
          failed: String(failed),
        });
        plain(cells.slot, worker.slot, String(worker.slot));
        cells.slot.title = texts().pid(worker.pid);
        plain(
          cells.state,
          worker.state,
          texts().states[worker.state] ?? worker.state,
          worker.state === 'gone' ? 'bad' : '',
        );
        meter(cells.utilisation, measures.slot(recent, worker.slot).utilisation);
        meter(cells.queue, present.queueFill, alerts.levelOf('queue', worker.slot));
        plain(cells.requests, worker.requests, format.count(worker.requests));
        plain(cells.restarts, worker.restarts, format.count(worker.restarts), failed ? 'bad' : '');
        const loop = worker.event_loop_p99_ms === null ? Number.NaN : worker.event_loop_p99_ms / 1000;
        plain(cells.eventLoop, loop, format.latency(loop), alerts.levelOf('eventLoop', worker.slot));
        const rss = worker.rss_bytes ?? Number.NaN;
        plain(cells.rss, rss, format.bytes(rss), alerts.levelOf('memory', worker.slot));
        const age = (frame.at - Date.parse(worker.since)) / 1000;
        plain(cells.since, age, format.duration(age));
        return line;
      });
      for (const pid of rows.keys()) if (!workers.some((worker) => worker.pid === pid)) rows.delete(pid);
      body.replaceChildren(...lines);
    },
  };
}
