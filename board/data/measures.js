import { quantile } from './quantile.js';

/** Statuses that the service is answerable for: a client's mistakes and its hanging up are left out. */
const SERVED = ['success', 'error', 'rejected'];

/**
 * What a row says, in the units of the metrics: seconds, ratios from 0 to 1, requests per second. A ratio or quantile
 * of nothing is NaN. `tasks` are indices into `hello.tasks`.
 */
export function createMeasures({ columns, statuses, stages, reasons, edges }) {
  const { groups } = columns;
  const at = (group, member, k = 0) => groups[group].start + member * groups[group].stride + k;
  const statusAt = Object.fromEntries(statuses.map((name, i) => [name, i]));

  const sum = (row, group, members, ks = [0]) => {
    let total = 0;
    for (const member of members) for (const k of ks) total += row[at(group, member, k)];
    return total;
  };
  const withStatus = (row, tasks, names) =>
    sum(
      row,
      'statuses',
      tasks,
      names.map((name) => statusAt[name]),
    );
  const requests = (row, tasks) => withStatus(row, tasks, statuses);

  function buckets(row, tasks) {
    const counts = new Float64Array(edges.length + 1);
    for (const task of tasks)
      for (let i = 0; i < counts.length; i++) counts[i] += row[at('buckets', task, i)];
    return counts;
  }

  return {
    requests,
    withStatus,
    buckets,
    elapsed: (row) => row[groups.elapsed.start],
    requestRate: (row, tasks) => requests(row, tasks) / row[groups.elapsed.start],
    /** What was to be answered, refused requests included, a second. */
    servedRate: (row, tasks) => withStatus(row, tasks, SERVED) / row[groups.elapsed.start],
    errorRatio: (row, tasks) => withStatus(row, tasks, ['error']) / requests(row, tasks),
    shedRatio: (row, tasks) => withStatus(row, tasks, ['rejected']) / requests(row, tasks),
    availability: (row, tasks) => withStatus(row, tasks, ['success']) / withStatus(row, tasks, SERVED),
    latency: (row, tasks, q) => quantile(q, buckets(row, tasks), edges),
    /** How many were answered, and how many of these may have taken longer than the limit. */
    slowerThan(row, tasks, limit) {
      const counts = buckets(row, tasks);
      const total = (some) => some.reduce((sum, count) => sum + count, 0);
      return { answered: total(counts), slow: total(counts.filter((_, i) => !(edges[i] <= limit))) };
    },
    active: (row, tasks) => sum(row, 'active', tasks),
    /** Mean seconds that a request of these tasks spent in each stage. */
    stageMeans: (row, tasks) =>
      stages.map(
        (_, stage) => sum(row, 'stageSeconds', tasks, [stage]) / sum(row, 'stageCounts', tasks, [stage]),
      ),
    ready: (row) => row[groups.ready.start],
    desired: (row) => row[groups.desired.start],
    /** Restarts by reason, those that happened. */
    restarts: (row) =>
      reasons
        .map((reason, i) => ({ reason, count: row[at('restarts', 0, i)] }))
        .filter(({ count }) => count > 0),
    slot: (row, slot) => ({
      utilisation: row[at('busy', slot)] / row[groups.elapsed.start],
      failures: row[at('failures', slot)],
      queueFill: row[at('queueFill', slot)],
      eventLoop: row[at('eventLoop', slot)],
      rss: row[at('rss', slot)],
      age: row[at('age', slot)],
    }),
  };
}
