import { histogramQuantile } from '../stats/histogram.ts';
import { changeZ, noiseOf } from '../stats/noise.ts';
import { sum, type TaskWindow, type Window } from '../windows/window.ts';
import { CAUSES, type Cause } from './cause.ts';
import { explainAll } from './explain-all.ts';
import { type ErrorChange, explainErrors } from './explain-errors.ts';
import { explainTask, type TaskExplanation } from './explain-task.ts';
import { type LoadFactors, loadFactors } from './load-factors.ts';
import { pooledTask, unaskedTask } from './pooled-task.ts';
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
  /** What the sentence is about: the task asked for, the one that changed (most), or `all`. */
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
 * @returns undefined when `task` was asked for in neither window
 */
export function explain(
  before: Window,
  after: Window,
  task: string | undefined,
  tolerance: number,
): Explanation | undefined {
  const load = loadFactors(before, after);
  const stalling = stallingSlots(before, after);
  const names = [...new Set([...before.tasks.keys(), ...after.tasks.keys()])].sort();
  const explained = new Map<string, TaskExplanation>();
  const tasks = names.map((name) => {
    const then = before.tasks.get(name) ?? unaskedTask(before);
    const now = after.tasks.get(name) ?? unaskedTask(after);
    const explanation = explainTask(then, now, load, restartShare(then, now, after.restarts));
    explained.set(name, explanation);
    return judge({ task: name, explanation, then, now, before, after, tolerance });
  });
  if (task !== undefined) {
    const subject = tasks.find((verdict) => verdict.task === task);
    return subject && { subject, tasks: [subject], load, stalling, before, after };
  }
  if (tasks.length === 0) return undefined;
  const [then, now] = [pooledTask(before), pooledTask(after)];
  const explanation = explainAll(explained, then, now);
  const all = judge({ task: 'all', explanation, then, now, before, after, tolerance });
  return { subject: subjectOf(tasks, all), tasks: [...tasks, all], load, stalling, before, after };
}

interface Judged {
  readonly task: string;
  readonly explanation: TaskExplanation;
  readonly then: TaskWindow;
  readonly now: TaskWindow;
  readonly before: Window;
  readonly after: Window;
  readonly tolerance: number;
}

function judge({ task, explanation, then, now, before, after, tolerance }: Judged): Verdict {
  const blocks = {
    before: { sums: then.latency, counts: then.answered, blockSeconds: before.blockSeconds },
    after: { sums: now.latency, counts: now.answered, blockSeconds: after.blockSeconds },
  };
  const { change } = explanation;
  const least = Math.max(LEAST_CHANGE_SECONDS, tolerance * explanation.before.latency);
  const noise = Math.max(least, noiseOf(blocks.before, blocks.after, UNUSUAL_Z));
  const enough = Math.min(sum(then.answered), sum(now.answered)) >= FEWEST_ANSWERS && !Number.isNaN(noise);
  return {
    task,
    explanation,
    z: changeZ(blocks.before, blocks.after),
    noise,
    latency: !enough ? 'unknown' : Math.abs(change) <= noise ? 'same' : change > 0 ? 'slower' : 'faster',
    p95: { before: histogramQuantile(0.95, then.buckets), after: histogramQuantile(0.95, now.buckets) },
    causes: ranked(explanation),
    errors: explainErrors(then, now, UNUSUAL_Z),
  };
}

/** The only task that changed; the one that changed most where the sum of all hides it; else `all`. */
function subjectOf(tasks: readonly Verdict[], all: Verdict): Verdict {
  const worse = tasks.filter(isWorse);
  const changed = worse.length > 0 ? worse : tasks.filter(({ latency }) => latency === 'faster');
  const [most] = [...changed].sort((a, b) => unusual(b) - unusual(a));
  const allShowsIt = worse.length > 0 ? isWorse(all) : all.latency === 'faster';
  return most && (changed.length === 1 || !allShowsIt) ? most : all;
}

export const isWorse = ({ latency, errors }: Verdict): boolean => latency === 'slower' || errors.rose;

const unusual = ({ latency, z, errors }: Verdict) =>
  Math.max(errors.rose ? errors.z : 0, latency === 'slower' || latency === 'faster' ? Math.abs(z) : 0);

function ranked({ causes, change }: TaskExplanation): Share[] {
  return CAUSES.map((cause) => ({ cause, seconds: causes.get(cause) ?? 0 }))
    .filter(({ seconds }) => seconds !== 0)
    .sort((a, b) => (b.seconds - a.seconds) * Math.sign(change || 1));
}
