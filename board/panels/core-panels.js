import { h } from '/public/page/dom.js';
import * as format from '../texts/format.js';
import { texts } from '../texts/language.js';
import { createChart } from './chart.js';
import { createHeatStrip } from './heat-strip.js';
import { createPanel, setText } from './panel.js';
import { taskHue } from './theme.js';

const fromZero = (floor) => (_, max) => [0, Math.max(floor, max * 1.15)];
const orNull = (value) => (Number.isFinite(value) ? value : null);

/** Values of one series over the points of a view; points without a sample are gaps. */
const over = ({ points }, value) => points.map(({ row }) => (row ? orNull(value(row)) : null));

/** The six panels everybody knows: traffic, latency by task, errors, requests at work, percentiles, availability. */
export function createCorePanels(root) {
  const panels = [qps, p95ByTask, errors, active, latency, availability].map((create) => {
    const section = h('section', { class: 'panel core', id: `panel-${create.name}` });
    root.append(section);
    const panel = createPanel(section);
    return create(panel, (options) => {
      const host = h('div', { class: 'chart' });
      panel.body.append(host);
      return createChart(host, options);
    });
  });
  return {
    render(view) {
      for (const { render } of panels) render(view);
    },
    reset() {
      for (const { chart } of panels) chart?.reset();
    },
  };
}

/** Red is what the verdict tells, too; a value above its threshold that is not told is amber. */
function levelOf({ model, tasks }, exceeds, kinds) {
  const told = model.alerts.firing.some(
    ({ kind, subject }) => kinds.includes(kind) && (subject === undefined || tasks.includes(subject)),
  );
  return told ? 'bad' : exceeds ? 'warn' : '';
}

function byTask({ shown }, values) {
  return shown.map((task) => ({
    label: texts().tasks[task.name],
    hue: taskHue(task.index),
    values: values(task.index),
  }));
}

function qps(panel, newChart) {
  const chart = newChart({ format: format.rate, range: fromZero(1), stacked: true });
  return {
    chart,
    render(view) {
      const { measures } = view.model;
      const now = view.recent ? measures.requestRate(view.recent, view.tasks) : Number.NaN;
      const { capacity } = view.model.frame;
      const everything = view.all.map(({ index }) => index);
      const share = view.minute ? measures.servedRate(view.minute, everything) / capacity : Number.NaN;
      const used =
        Number.isFinite(share) && texts().capacity(format.percent(share, 0), format.rate(capacity));
      panel.describe(texts().qps.title, texts().qps.caption(used));
      panel.show(now, Number.isNaN(now) ? format.rate(now) : `${format.rate(now)}/s`);
      const series = byTask(view, (task) => over(view, (row) => measures.requestRate(row, [task])));
      chart.update({ times: view.times, marks: view.marks, series });
    },
  };
}

function p95ByTask(panel) {
  const strip = createHeatStrip(panel.body);
  return {
    render(view) {
      const { measures, thresholds } = view.model;
      const limit = thresholds.latency_p95_seconds;
      const rows = view.shown.map(({ name, index }) => {
        const now = view.minute ? measures.latency(view.minute, [index], 0.95) : Number.NaN;
        return {
          task: name,
          name: texts().tasks[name],
          hue: taskHue(index),
          now,
          level: levelOf({ model: view.model, tasks: [index] }, now > limit, ['latency']),
          values: over(view, (row) => measures.latency(row, [index], 0.95)),
        };
      });
      const slowest = rows.reduce((a, b) => (b.now > (a?.now ?? -1) ? b : a), undefined);
      panel.describe(texts().p95ByTask.title, texts().p95ByTask.caption(slowest?.name));
      panel.show(
        slowest?.now,
        format.latency(slowest?.now),
        levelOf(view, slowest?.now > limit, ['latency']),
      );
      strip.render({ rows, limit, times: view.times });
    },
  };
}

function errors(panel, newChart) {
  let limit = 0.01;
  const chart = newChart({
    format: format.roundPercent,
    range: (_, max) => [0, Math.min(Math.max(limit * 2, max * 1.15), 1)],
  });
  return {
    chart,
    render(view) {
      const { measures, thresholds } = view.model;
      limit = thresholds.error_ratio;
      const now = view.minute ? measures.errorRatio(view.minute, view.tasks) : Number.NaN;
      const worst = view.model.alerts.firing
        .filter(({ kind, subject }) => kind === 'errors' && view.tasks.includes(subject))
        .reduce((a, b) => (b.value > (a?.value ?? 0) ? b : a), undefined);
      const named =
        worst && `${texts().tasks[view.model.hello.tasks[worst.subject]]} ${format.percent(worst.value)}`;
      panel.describe(texts().errors.title, texts().errors.caption(named, format.roundPercent(limit)));
      panel.show(now, format.percent(now), levelOf(view, now > limit, ['errors']));
      const values = over(view, (row) => measures.errorRatio(row, view.tasks));
      const label = texts().errorSeries;
      chart.update({
        times: view.times,
        marks: view.marks,
        lines: [{ value: limit, hue: 'bad' }],
        series: [
          { label, hue: 'accent', values },
          {
            label: '',
            hue: 'bad',
            values: values.map((value) => (value > limit ? value : null)),
            bars: true,
          },
        ],
      });
    },
  };
}

function active(panel, newChart) {
  const chart = newChart({ format: format.shortCount, range: fromZero(4), stacked: true });
  return {
    chart,
    render(view) {
      const { measures } = view.model;
      const now = view.now ? measures.active(view.now, view.tasks) : Number.NaN;
      panel.describe(texts().active.title, texts().active.caption);
      panel.show(now, format.count(now));
      const series = byTask(view, (task) => over(view, (row) => measures.active(row, [task])));
      chart.update({ times: view.times, marks: view.marks, series });
    },
  };
}

const PERCENTILES = [
  { label: 'P50', q: 0.5, hue: 'line-strong' },
  { label: 'P95', q: 0.95, hue: 'accent', width: 2 },
  { label: 'P99', q: 0.99, hue: 'ink' },
];

/** Which line is which, and what each is now. */
function percentileLegend() {
  const items = PERCENTILES.map(({ label, q, hue }) => {
    const swatch = h('i', { class: 'swatch' });
    swatch.style.setProperty('--hue', `var(--${hue})`);
    const value = h('b', { class: 'number', dataset: { quantile: label } });
    return { q, value, line: h('li', {}, swatch, label, value) };
  });
  return {
    list: h('ul', { class: 'chart-legend' }, ...items.map(({ line }) => line)),
    render(quantileNow) {
      for (const { q, value } of items) {
        const now = quantileNow(q);
        value.dataset.value = now;
        setText(value, format.latency(now));
      }
    },
  };
}

function latency(panel, newChart) {
  const legend = percentileLegend();
  panel.body.append(legend.list);
  const chart = newChart({ format: format.latency, range: fromZero(0.01) });
  return {
    chart,
    render(view) {
      const { measures, thresholds } = view.model;
      const limit = thresholds.latency_p95_seconds;
      const quantileNow = (q) => (view.minute ? measures.latency(view.minute, view.tasks, q) : Number.NaN);
      const now = quantileNow(0.95);
      panel.describe(texts().latency.title, texts().latency.caption);
      legend.render(quantileNow);
      panel.show(now, format.latency(now), levelOf(view, now > limit, ['latency']));
      chart.update({
        times: view.times,
        marks: view.marks,
        lines: [{ value: limit, hue: 'bad' }],
        series: PERCENTILES.map(({ q, ...style }) => ({
          ...style,
          values: over(view, (row) => measures.latency(row, view.tasks, q)),
        })),
      });
    },
  };
}

const UNSERVED = ['errors', 'shed', 'availability'];

function availability(panel, newChart) {
  let floor = 0.99;
  const chart = newChart({
    format: format.roundPercent,
    range: (min) => [Number.isNaN(min) ? floor : Math.max(0, Math.min(floor, min - (1 - min) * 0.15)), 1],
  });
  return {
    chart,
    render(view) {
      const { measures, thresholds } = view.model;
      const goal = thresholds.availability_objective;
      floor = 1 - (1 - goal) * 5;
      const now = view.minute ? measures.availability(view.minute, view.tasks) : Number.NaN;
      panel.describe(texts().availability.title, texts().availability.caption(format.roundPercent(goal)));
      panel.show(now, format.percent(now), levelOf(view, now < goal, UNSERVED));
      chart.update({
        times: view.times,
        marks: view.marks,
        lines: [{ value: goal, hue: 'bad' }],
        series: [
          {
            label: texts().availabilitySeries,
            hue: 'good',
            width: 2,
            values: over(view, (row) => measures.availability(row, view.tasks)),
          },
        ],
      });
    },
  };
}
