import { build, type Histogram } from 'hdr-histogram-js';
import type { Outcome } from './outcome.ts';

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface TaskResult {
  readonly task: string;
  readonly sent: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /**
   * Seconds from the moment the request was due, of what was answered with success or error, or not in time: that counts as
   * long as was waited for it. NaN when none.
   */
  readonly latency: Percentiles;
}

/** Answers of a proxy itself, by status code: no worker was asked. */
export type ProxyAnswers = Readonly<Record<number, number>>;

/** Outcomes that have a latency; what was refused or wrong was not worked on. */
const TIMED: ReadonlySet<Outcome> = new Set(['success', 'error', 'no_answer']);
const MICROSECONDS = 1e6;
const LONGEST_MINUTES = 10;
const createHistogram = () =>
  build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MINUTES * 60 * MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });

interface Entry {
  readonly histogram: Histogram;
  readonly outcomes: Record<Outcome, number>;
}

/** Latencies in HDR histograms, by task and over all. */
export function createRecorder() {
  const tasks = new Map<string, Entry>();
  const late = createHistogram();
  const byProxy: Record<number, number> = {};
  const entryOf = (task: string) => {
    const entry = tasks.get(task) ?? {
      histogram: createHistogram(),
      outcomes: { success: 0, error: 0, invalid: 0, rejected: 0, no_answer: 0 },
    };
    tasks.set(task, entry);
    return entry;
  };
  return {
    /** @param seconds undefined when the request did not get through */
    record(task: string, outcome: Outcome, seconds: number | undefined): void {
      const { histogram, outcomes } = entryOf(task);
      outcomes[outcome] += 1;
      if (seconds !== undefined && TIMED.has(outcome)) add(histogram, seconds);
    },
    recordProxyAnswer(code: number): void {
      byProxy[code] = (byProxy[code] ?? 0) + 1;
    },
    /** How much later than due a request left this program. */
    recordLateness: (seconds: number) => add(late, seconds),
    lateness: () => percentilesOf(late),
    /** One row a task, then `all`. */
    results(): { tasks: TaskResult[]; all: TaskResult; byProxy: ProxyAnswers } {
      const sum: Entry = entryOfAll([...tasks.values()]);
      return {
        tasks: [...tasks]
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([task, entry]) => resultOf(task, entry)),
        all: resultOf('all', sum),
        byProxy,
      };
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;

const add = (histogram: Histogram, seconds: number) =>
  histogram.recordValue(
    Math.min(histogram.highestTrackableValue, Math.max(1, Math.round(seconds * MICROSECONDS))),
  );

function entryOfAll(entries: readonly Entry[]): Entry {
  const outcomes = { success: 0, error: 0, invalid: 0, rejected: 0, no_answer: 0 };
  const histogram = createHistogram();
  for (const entry of entries) {
    histogram.add(entry.histogram);
    for (const name of Object.keys(outcomes) as Outcome[]) outcomes[name] += entry.outcomes[name];
  }
  return { histogram, outcomes };
}

function resultOf(task: string, { histogram, outcomes }: Entry): TaskResult {
  const sent = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return { task, sent, outcomes, latency: percentilesOf(histogram) };
}

function percentilesOf(histogram: Histogram): Percentiles {
  const at = (percentile: number) =>
    histogram.totalCount === 0 ? Number.NaN : histogram.getValueAtPercentile(percentile) / MICROSECONDS;
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}
