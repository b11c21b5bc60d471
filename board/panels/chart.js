import uPlot from '/node_modules/uplot/dist/uPlot.esm.js';
import { h } from '/public/page/dom.js';
import { clock } from '../texts/format.js';
import { colour } from './theme.js';

const SYNC = uPlot.sync('board');
const FONT = '11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
const AXIS_WIDTH = 52;
const EDGE_PX = 20;
/** Seconds between labels. uPlot's own list has nothing between 1 and 5 minutes: a phone would show a single label. */
const TIME_STEPS = [
  1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
];
const alpha = (hex, share) =>
  hex +
  Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');

/** A mark's text in the colour of its line; grey lines have ordinary text. */
function markLine({ hue, text }) {
  const line = h('p', { class: 'chart-tip-mark' }, text);
  line.style.setProperty('--tip-hue', `var(--${hue === 'line-strong' ? 'ink-quiet' : hue})`);
  return line;
}

/**
 * A chart over time.
 * @param {HTMLElement} host
 * @param {{
 *   format: (value: number) => string,
 *   range: (min: number, max: number) => [number, number], min is NaN without data
 *   stacked?: boolean,
 * }} options
 */
export function createChart(host, { format, range, stacked = false }) {
  let plot;
  let key;
  let shown = { times: [], series: [], marks: [], lines: [] };
  const tip = h('div', { class: 'chart-tip', hidden: true });
  const height = () => host.clientHeight;

  function options() {
    const axis = { stroke: colour('ink-quiet'), font: FONT, ticks: { show: false } };
    const grid = { stroke: colour('line'), width: 1 };
    return {
      width: host.clientWidth,
      height: height(),
      legend: { show: false },
      padding: [8, 10, 0, 0],
      cursor: { sync: { key: SYNC.key }, y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: (_, min, max) => range(min ?? Number.NaN, max ?? 0) } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: (_, __, min, max) => (withSeconds(min, max) ? 64 : 50),
          incrs: TIME_STEPS,
          size: 22,
          gap: 4,
          values: (u, ticks) => ticks.map(clockAt(u)),
        },
        { ...axis, grid, space: 26, size: AXIS_WIDTH, gap: 6, values: (_, ticks) => ticks.map(format) },
      ],
      series: [{}, ...shown.series.map(drawn)],
      bands: stacked
        ? shown.series
            .slice(1)
            .map(({ hue }, i) => ({ series: [i + 2, i + 1], fill: alpha(colour(hue), 0.75) }))
        : [],
      hooks: { draw: [drawMarks], setCursor: [showTip] },
    };
  }

  function drawn({ label, hue, width = 1.5, fill = 0, bars = false }, i) {
    const stroke = colour(hue);
    return {
      label,
      stroke,
      width: stacked ? 1 : width,
      fill: stacked ? i === 0 && alpha(stroke, 0.75) : fill > 0 && alpha(stroke, fill),
      points: { show: !stacked && !bars, size: 4, fill: stroke, filter: alone },
      ...(bars ? { paths: uPlot.paths.bars({ size: [1, 40] }), width: 0, fill: stroke } : {}),
    };
  }

  /** Threshold lines that fit into the chart, and a vertical line for each restart. */
  function drawMarks(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    const line = (hue, dash, from, to) => {
      ctx.strokeStyle = colour(hue);
      ctx.setLineDash(dash.map((px) => px * devicePixelRatio));
      ctx.beginPath();
      ctx.moveTo(...from);
      ctx.lineTo(...to);
      ctx.stroke();
    };
    for (const { value, hue } of shown.lines) {
      if (value > u.scales.y.max || value < u.scales.y.min) continue;
      const y = u.valToPos(value, 'y', true);
      line(hue, [4, 3], [bbox.left, y], [bbox.left + bbox.width, y]);
    }
    for (const { time, hue } of shown.marks) {
      const x = u.valToPos(time, 'x', true);
      line(hue, [2, 2], [x, bbox.top], [x, bbox.top + bbox.height]);
    }
    ctx.restore();
  }

  function showTip(u) {
    const { idx, left } = u.cursor;
    const here = idx !== null && idx !== undefined && left >= 0 && u.over.matches(':hover');
    tip.hidden = !here;
    if (!here) return;
    const mark = shown.marks.find(({ index }) => index === idx);
    const lines = shown.series
      .map(({ label, hue, values }) => ({ label, hue, value: values[idx] }))
      .filter(({ label, value }) => label && value !== null && (!stacked || value > 0));
    if (stacked) lines.reverse();
    tip.replaceChildren(
      h('p', { class: 'chart-tip-time' }, clock(shown.times[idx])),
      ...lines.map(({ label, hue, value }) => {
        const swatch = h('i', { class: 'swatch' });
        swatch.style.setProperty('--hue', `var(--${hue})`);
        return h('p', {}, swatch, h('span', {}, label), h('b', { class: 'number' }, format(value)));
      }),
      ...(mark ? [markLine(mark)] : []),
    );
    const beyond = left + 16 + tip.offsetWidth > u.over.clientWidth;
    tip.style.left = `${beyond ? left - tip.offsetWidth - 12 : left + 12}px`;
  }

  function data() {
    const sums = shown.times.map(() => 0);
    const stack = (value, i) => {
      if (value === null) return null;
      sums[i] += value;
      return sums[i];
    };
    return [shown.times, ...shown.series.map(({ values }) => (stacked ? values.map(stack) : values))];
  }

  new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height: height() })).observe(host);

  return {
    /** Makes everything anew: the theme or the language has changed. */
    reset() {
      key = undefined;
    },
    /**
     * @param {{
     *   times: number[],
     *   series: {label: string, hue: string, values: (number | null)[], width?: number, fill?: number, bars?: boolean}[],
     *   marks: {time: number, index: number, hue: string, text: string}[],
     *   lines?: {value: number, hue: string}[],
     * }} next times in Unix seconds
     */
    update(next) {
      shown = { lines: [], ...next };
      const nextKey = shown.series.map(({ label, hue }) => label + hue).join();
      if (nextKey === key) {
        plot.setData(data());
        return;
      }
      key = nextKey;
      plot?.destroy();
      plot = new uPlot(options(), data(), host);
      plot.over.append(tip);
    },
  };
}

const withSeconds = (min, max) => max - min < 400;

/** A label that would be cut off, or reach into the values, is left out. */
const clockAt = (u) => (time) => {
  const { min, max } = u.scales.x;
  const x = u.valToPos(time, 'x');
  if (x < EDGE_PX || u.valToPos(max, 'x') - x < EDGE_PX) return '';
  return clock(time, withSeconds(min, max));
};

/** Points between two gaps: a line does not show them. */
function alone(u, series) {
  const values = u.data[series];
  return values.flatMap((value, i) =>
    value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : [],
  );
}
