import { STAGES, STATUSES } from '../../metrics/definitions.ts';
import { sum, type TaskWindow, type Window } from '../windows/window.ts';

/** All tasks of a window as one. */
export function pooledTask(window: Window): TaskWindow {
  const all = [unaskedTask(window), ...window.tasks.values()];
  const blocks = (pick: (task: TaskWindow) => readonly number[]) =>
    pick(all[0] as TaskWindow).map((_, i) => sum(all.map((task) => pick(task)[i] ?? 0)));
  const each = <K extends string>(
    keys: readonly K[],
    pick: (task: TaskWindow) => Readonly<Record<K, number>>,
  ) =>
    Object.fromEntries(keys.map((key) => [key, sum(all.map((task) => pick(task)[key]))])) as Record<
      K,
      number
    >;
  return {
    arrivals: blocks((task) => task.arrivals),
    requests: blocks((task) => task.requests),
    answered: blocks((task) => task.answered),
    latency: blocks((task) => task.latency),
    statuses: each(STATUSES, (task) => task.statuses),
    stages: each(STAGES, (task) => task.stages),
    tokens: {
      sum: sum(all.map(({ tokens }) => tokens.sum)),
      count: sum(all.map(({ tokens }) => tokens.count)),
    },
    errors: keyed(all.map(({ errors }) => errors)),
    buckets: [...keyed(all.map(({ buckets }) => buckets.map(({ edge, count }) => [edge, count] as const)))]
      .map(([edge, count]) => ({ edge, count }))
      .sort((a, b) => a.edge - b.edge),
  };
}

/** A task of which nothing came in a window. */
export function unaskedTask({ start, end, blockSeconds }: Window): TaskWindow {
  const blocks = new Array<number>(Math.round((end - start) / blockSeconds)).fill(0);
  const zeros = <K extends string>(keys: readonly K[]) =>
    Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  return {
    arrivals: blocks,
    requests: blocks,
    answered: blocks,
    latency: blocks,
    statuses: zeros(STATUSES),
    stages: zeros(STAGES),
    tokens: { sum: 0, count: 0 },
    errors: new Map(),
    buckets: [],
  };
}

function keyed<K>(counts: readonly Iterable<readonly [K, number]>[]): Map<K, number> {
  const total = new Map<K, number>();
  for (const one of counts) for (const [key, value] of one) total.set(key, (total.get(key) ?? 0) + value);
  return total;
}
