import { pointsOf, SPANS, wholeOf } from './data/spans.js';
import { texts } from './texts/language.js';

const RECENT_SECONDS = 10;
const MINUTE_SECONDS = 60;
const FAILURES = ['crash', 'hung', 'memory'];

/** What the panels draw: the model seen through the chosen span and task. */
export function viewOf(model, { spanName, focus, lost }) {
  const { hello, rings, frame } = model;
  const span = SPANS[spanName];
  const points = pointsOf(span, rings);
  const times = points.map(({ second }) => model.timeOf(second));
  const newest = rings.fine.last;
  const all = hello.tasks
    .map((name, index) => ({ name, index }))
    .filter(({ name, index }) => name !== 'unknown' || frame.totals[index].some((count) => count > 0));
  const shown = all.some(({ name }) => name === focus) ? all.filter(({ name }) => name === focus) : all;
  return {
    model,
    spanName,
    focus,
    lost,
    points,
    times,
    all,
    shown,
    tasks: shown.map(({ index }) => index),
    whole: wholeOf(span, rings),
    now: rings.fine.folded(newest, newest),
    recent: rings.fine.folded(newest - RECENT_SECONDS + 1, newest),
    minute: rings.fine.folded(newest - MINUTE_SECONDS + 1, newest),
    marks: marksOf(model, points, times),
  };
}

/** Vertical lines of the charts: restarts of workers, and models that were not there before. */
function marksOf({ measures, frame }, points, times) {
  return points.flatMap(({ second, row }, index) => {
    const end = points[index + 1]?.second ?? Infinity;
    const restarts = row ? measures.restarts(row) : [];
    const models = frame.modelChanges.filter((change) => change.second >= second && change.second < end);
    if (restarts.length + models.length === 0) return [];
    const named = restarts.map(({ reason, count }) => `${texts().reasons[reason]} × ${count}`);
    const lines = [
      ...models.map(({ model, version }) => texts().modelMark(`${model} ${version}`)),
      ...(named.length > 0 ? [texts().restartsMark(named.join(', '))] : []),
    ];
    const hue = restarts.some(({ reason }) => FAILURES.includes(reason))
      ? 'bad'
      : models.length > 0
        ? 'accent'
        : 'line-strong';
    return [{ index, time: times[index], hue, text: lines.join(' · ') }];
  });
}
