import { pointsOf, SPANS, wholeOf } from './data/spans.js';
import { texts } from './texts/language.js';

const RECENT_SECONDS = 10;
const MINUTE_SECONDS = 60;
const FAILURES = ['crash', 'hung', 'memory'];

/** What the panels draw: the model seen through the chosen span and task. */
export function viewOf(model, { spanName, focus }) {
  const { hello, rings, measures, frame } = model;
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
    points,
    times,
    all,
    shown,
    tasks: shown.map(({ index }) => index),
    whole: wholeOf(span, rings),
    now: rings.fine.folded(newest, newest),
    recent: rings.fine.folded(newest - RECENT_SECONDS + 1, newest),
    minute: rings.fine.folded(newest - MINUTE_SECONDS + 1, newest),
    marks: points.flatMap(({ row }, index) => {
      const restarts = row ? measures.restarts(row) : [];
      if (restarts.length === 0) return [];
      const named = restarts.map(({ reason, count }) => `${texts().reasons[reason]} × ${count}`);
      const hue = restarts.some(({ reason }) => FAILURES.includes(reason)) ? 'bad' : 'line-strong';
      return [{ index, time: times[index], hue, text: texts().restartsMark(named.join(', ')) }];
    }),
  };
}
