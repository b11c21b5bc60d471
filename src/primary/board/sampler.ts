import { definitions, RESTART_REASONS, STAGES, STATUSES } from '../../metrics/definitions.ts';
import type { MetricJson, SampleJson } from '../../metrics/metric-json.ts';
import { BOARD_EDGES, BOARD_TASKS, type Columns, FAILURE_REASONS } from './columns.ts';

/** What the primary knows besides the metrics. */
export interface Presence {
  readonly ready: number;
  readonly desired: number;
}

export interface Sampler {
  /** The row of the time since the call before; the first one counts from the start of the ledger. */
  sample(parts: readonly (readonly MetricJson[])[], presence: Presence, elapsedSeconds: number): Float64Array;
  /** Requests since the start, by task and status, as /metrics shows them; of the last sample. */
  totals(): number[][];
}

type Reader = (sample: SampleJson) => void;

const indexOf = (list: readonly string[]) => new Map(list.map((name, i) => [name, i]));
const tasks = indexOf(BOARD_TASKS);
const statuses = indexOf(STATUSES);
const stages = indexOf(STAGES);
const reasons = indexOf(RESTART_REASONS);
const edges = new Map(BOARD_EDGES.map((edge, i) => [edge, i]));

/** Turns what the ledger holds into rows; see `Columns`. */
export function createSampler(columns: Columns): Sampler {
  const { width, groups, slots } = columns;
  let counted = new Float64Array(width);
  let before = new Float64Array(width);
  const gauges = new Float64Array(width);
  const queueLimit = new Float64Array(slots);

  const at = (group: keyof Columns['groups'], member: number | undefined, k: number | undefined = 0) => {
    if (member === undefined || k === undefined) return undefined;
    const { start, stride } = groups[group];
    return start + member * stride + k;
  };
  const taskOf = ({ labels }: SampleJson) => tasks.get(String(labels.task_type));
  const slotOf = ({ labels }: SampleJson) => {
    const slot = Number(labels.slot);
    return Number.isInteger(slot) && slot >= 0 && slot < slots ? slot : undefined;
  };
  const count = (place: number | undefined, value: number) => {
    if (place !== undefined) counted[place] = (counted[place] as number) + value;
  };
  const worst = (place: number | undefined, value: number) => {
    if (place !== undefined && !(value <= (gauges[place] as number))) gauges[place] = value;
  };

  const readers: Readonly<Record<string, Reader>> = {
    [definitions.taskRequests.name]: (s) =>
      count(at('statuses', taskOf(s), statuses.get(String(s.labels.status))), s.value),
    [definitions.taskLatency.name](s) {
      if (s.metricName?.endsWith('_sum')) count(at('latency', taskOf(s)), s.value);
      if (!s.metricName?.endsWith('_bucket')) return;
      const edge = s.labels.le === '+Inf' ? BOARD_EDGES.length : edges.get(Number(s.labels.le));
      count(at('buckets', taskOf(s), edge), s.value);
    },
    [definitions.stageDuration.name](s) {
      const stage = stages.get(String(s.labels.stage));
      if (s.metricName?.endsWith('_sum')) count(at('stageSeconds', taskOf(s), stage), s.value);
      if (s.metricName?.endsWith('_count')) count(at('stageCounts', taskOf(s), stage), s.value);
    },
    [definitions.workerRestarts.name](s) {
      count(at('restarts', 0, reasons.get(String(s.labels.reason))), s.value);
      if (FAILURE_REASONS.includes(String(s.labels.reason))) count(at('failures', slotOf(s)), s.value);
    },
    [definitions.inferenceBusySeconds.name]: (s) => count(at('busy', slotOf(s)), s.value),
    [definitions.activeRequests.name](s) {
      const place = at('active', taskOf(s));
      if (place !== undefined) gauges[place] = (gauges[place] as number) + s.value;
    },
    [definitions.queueTokens.name]: (s) => worst(at('queueFill', slotOf(s)), s.value),
    [definitions.queueLimitTokens.name](s) {
      const slot = slotOf(s);
      if (slot !== undefined) queueLimit[slot] = s.value;
    },
    [definitions.workerSnapshotAge.name]: (s) => worst(at('age', slotOf(s)), s.value),
    nodejs_eventloop_lag_p99_seconds: (s) => worst(at('eventLoop', slotOf(s)), s.value),
    process_resident_memory_bytes: (s) => worst(at('rss', slotOf(s)), s.value),
  };

  function clear(): void {
    counted.fill(0);
    gauges.fill(0);
    queueLimit.fill(Number.NaN);
    for (let slot = 0; slot < slots; slot++)
      for (const group of ['queueFill', 'eventLoop', 'rss', 'age'] as const)
        gauges[at(group, slot) as number] = Number.NaN;
  }

  /** Cumulative bucket counts to counts between edges; an edge that nobody reported holds what is below it. */
  function separateBuckets(): void {
    for (let task = 0; task < BOARD_TASKS.length; task++) {
      const first = at('buckets', task) as number;
      let below = 0;
      for (let i = first; i < first + groups.buckets.size; i++) {
        const cumulative = Math.max(counted[i] as number, below);
        counted[i] = cumulative - below;
        below = cumulative;
      }
    }
  }

  return {
    sample(parts, presence, elapsedSeconds) {
      [before, counted] = [counted, before];
      clear();
      for (const part of parts)
        for (const metric of part) {
          const read = readers[metric.name];
          if (read) for (const sample of metric.values) read(sample);
        }
      separateBuckets();
      const row = new Float64Array(width);
      for (let k = 0; k < width; k++)
        row[k] = Math.max(0, (counted[k] as number) - (before[k] as number)) + (gauges[k] as number);
      for (let slot = 0; slot < slots; slot++) {
        const fill = at('queueFill', slot) as number;
        row[fill] = (row[fill] as number) / (queueLimit[slot] as number);
      }
      row[groups.elapsed.start] = elapsedSeconds;
      row[groups.ready.start] = presence.ready;
      row[groups.desired.start] = presence.desired;
      return row;
    },
    totals: () =>
      BOARD_TASKS.map((_, task) => [
        ...counted.subarray(at('statuses', task), (at('statuses', task) as number) + STATUSES.length),
      ]),
  };
}
