import { sum, type Window } from '../windows/window.ts';
import { add, type Contributions } from './cause.ts';
import type { Part, TaskExplanation, TaskMeans } from './explain-task.ts';

/**
 * The change of the mean over all tasks: each task's own, by its share of the answers, and what the shares' own change did
 * (more answers of slow tasks), which counts as mix.
 */
export function explainAll(
  tasks: ReadonlyMap<string, TaskExplanation>,
  before: Window,
  after: Window,
): TaskExplanation {
  const answered = (window: Window) => sum([...window.tasks.values()].flatMap((task) => task.answered));
  const [nBefore, nAfter] = [answered(before), answered(after)];
  const causes: Contributions = new Map();
  for (const { before: then, after: now, causes: own } of tasks.values()) {
    const shares = [then.answered / nBefore, now.answered / nAfter] as const;
    const share = (shares[0] + shares[1]) / 2;
    for (const [cause, seconds] of own) add(causes, cause, seconds * share);
    add(causes, 'mix', ((then.latency + now.latency) / 2) * (shares[1] - shares[0]));
  }
  const means = {
    before: pooled([...tasks.values()].map((task) => task.before)),
    after: pooled([...tasks.values()].map((task) => task.after)),
  };
  const change = means.after.latency - means.before.latency;
  // Tasks that were asked for in one of the windows only can't be split by cause: they are mix.
  add(causes, 'mix', change - sum(causes.values()));
  return { ...means, change, causes };
}

function pooled(means: readonly TaskMeans[]): TaskMeans {
  const answered = sum(means.map((mean) => mean.answered));
  const average = (pick: (mean: TaskMeans) => number) =>
    sum(means.map((mean) => mean.answered * pick(mean))) / answered;
  const part = (name: Part) => average(({ parts }) => parts[name]);
  return {
    answered,
    latency: average(({ latency }) => latency),
    parts: {
      tokenize: part('tokenize'),
      queue: part('queue'),
      infer: part('infer'),
      decode: part('decode'),
      other: part('other'),
    },
    tokens: average(({ tokens }) => tokens),
    failed: sum(means.map(({ failed }) => failed)),
  };
}
