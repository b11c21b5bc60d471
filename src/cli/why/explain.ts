import { histogramQuantile } from '../stats/histogram.ts';
import { changeZ, noiseOf } from '../stats/noise.ts';
import { sum, type TaskWindow, type Window } from '../windows/window.ts';
import { CAUSES, type Cause } from './cause.ts';
import { explainAll } from './explain-all.ts';
import { type ErrorChange, explainErrors } from './explain-errors.ts';
import { explainTask, type TaskExplanation } from './explain-task.ts';
import { type LoadFactors, loadFactors } from './load-factors.ts';
import { restartShare } from './restart-share.ts';
import { type StallingSlot, stallingSlots } from './stalling-slots.ts';

export interface Share {
  readonly cause: Cause;
  /** Seconds of the change. */
  readonly seconds: number;
}

export interface Verdict {
  readonly task: string;
  readonly explanation: TaskExplanation;
  /** Standard deviations by which the mean changed. */
  readonly z: number;
  /** Seconds within which a change is noise. */
  readonly noise: number;
  readonly latency: 'slower' | 'faster' | 'same' | 'unknown';
  readonly p95: { readonly before: number; readonly after: number };
  /** Biggest push in the direction of the change first. */
  readonly causes: readonly Share[];
  readonly errors: ErrorChange;
}

export interface Explanation {
  /** What the sentence is about: the task asked for, the only one that changed, or `all`. */
  readonly subject: Verdict;
  readonly tasks: readonly Verdict[];
  readonly load: LoadFactors;
  readonly stalling: readonly StallingSlot[];
  readonly before: Window;
  readonly after: Window;
}

/** Three standard deviations: one quiet pair of windows in 370 looks like a change. */
const UNUSUAL_Z = 3;
const FEWEST_ANSWERS = 20;
const LEAST_CHANGE_SECONDS = 0.0005;

/**
 * @param tolerance share of the mean by which it may change and still be called the same
 * @returns undefined when `task` was not asked for in both windows
 */
export function explain(
  before: Window,
  after: Window,
  task: string | undefined,
  tolerance: number,
): Explanation | undefined {
  const load = loadFactors(before, after);
  const stalling = stallingSlots(before, after);
  const explained = new Map<string, TaskExplanation>();
  for (const [name, now] of after.tasks) {
    const then = before.tasks.get(name);
    if (!then || sum(then.answered) === 0 || sum(now.answered) === 0) continue;
    explained.set(name, explainTask(then, now, load, restartShare(then, now, after.restarts)));
  }
  const judge = (name: string, explanation: TaskExplanation, then: TaskWindow, now: TaskWindow): Verdict => {
    const means = (window: TaskWindow) => ({ sums: window.latency, counts: window.answered });
    const z = changeZ(means(then), means(now));
    const { change } = explanation;
    const enough = Math.min(sum(then.answered), sum(now.answered)) >= FEWEST_ANSWERS;
    const least = Math.max(LEAST_CHANGE_SECONDS, tolerance * explanation.before.latency);
    const changed = Math.abs(z) > UNUSUAL_Z && Math.abs(change) > least;
    return {
      task: name,
      explanation,
      z,
      noise: Math.max(least, noiseOf(means(then), UNUSUAL_Z)),
      latency: !enough ? 'unknown' : !changed ? 'same' : change > 0 ? 'slower' : 'faster',
      p95: { before: histogramQuantile(0.95, then.buckets), after: histogramQuantile(0.95, now.buckets) },
      causes: ranked(explanation),
      errors: explainErrors(then, now, UNUSUAL_Z),
    };
  };
  const tasks = [...explained].map(([name, explanation]) =>
    judge(name, explanation, before.tasks.get(name) as TaskWindow, after.tasks.get(name) as TaskWindow),
  );
  if (task !== undefined) {
    const subject = tasks.find((verdict) => verdict.task === task);
    return subject && { subject, tasks: [subject], load, stalling, before, after };
  }
  if (tasks.length === 0) return undefined;
  const all = judge('all', explainAll(explained, before, after), pooledTask(before), pooledTask(after));
  const changed = tasks.filter(({ latency, errors }) => latency === 'slower' || errors.rose);
  const subject = changed.length === 1 ? (changed[0] as Verdict) : all;
  return { subject, tasks: [...tasks, all], load, stalling, before, after };
}

function ranked({ causes, change }: TaskExplanation): Share[] {
  return CAUSES.map((cause) => ({ cause, seconds: causes.get(cause) ?? 0 }))
    .filter(({ seconds }) => seconds !== 0)
    .sort((a, b) => (b.seconds - a.seconds) * Math.sign(change || 1));
}

function pooledTask({ tasks }: Window): TaskWindow {
  const all = [...tasks.values()];
  const blocks = (pick: (task: TaskWindow) => readonly number[]) =>
    (all[0] ? pick(all[0]) : []).map((_, i) => sum(all.map((task) => pick(task)[i] ?? 0)));
  const keyed = (maps: readonly ReadonlyMap<string, number>[]) => {
    const total = new Map<string, number>();
    for (const map of maps) for (const [key, value] of map) total.set(key, (total.get(key) ?? 0) + value);
    return total;
  };
  const records = <K extends string>(pick: (task: TaskWindow) => Readonly<Record<K, number>>) =>
    Object.fromEntries(
      keyed(all.map((task) => new Map(Object.entries(pick(task)) as [string, number][]))),
    ) as Record<K, number>;
  return {
    arrivals: blocks((task) => task.arrivals),
    requests: blocks((task) => task.requests),
    answered: blocks((task) => task.answered),
    latency: blocks((task) => task.latency),
    statuses: records((task) => task.statuses),
    stages: records((task) => task.stages),
    tokens: {
      sum: sum(all.map(({ tokens }) => tokens.sum)),
      count: sum(all.map(({ tokens }) => tokens.count)),
    },
    errors: keyed(all.map(({ errors }) => errors)),
    buckets: (all[0]?.buckets ?? []).map(({ edge }, i) => ({
      edge,
      count: sum(all.map((task) => task.buckets[i]?.count ?? 0)),
    })),
  };
}
