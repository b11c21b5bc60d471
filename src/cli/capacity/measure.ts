import { definitions } from '../../metrics/definitions.ts';
import { unavailable } from '../cli-error.ts';
import type { Streams } from '../command.ts';
import { amount } from '../format.ts';
import { atRate } from '../loadtest/at-rate.ts';
import type { WeightedBody } from '../loadtest/built-in.ts';
import { settledSamples } from '../loadtest/service-view.ts';
import type { Admin } from '../sources/admin.ts';
import { type Sample, sumOf } from '../sources/exposition.ts';
import { search, sustainable, type Trial } from './search.ts';

export interface Objective {
  /** Seconds. */
  readonly p95: number;
  /** Failed, shed or unanswered ÷ all. */
  readonly errorRatio: number;
}

export interface Step extends Trial {
  readonly answeredPerSecond: number;
  /** Seconds. */
  readonly p95: number;
  readonly errorRatio: number;
  /** Share of the time the inference threads were busy: by the law (rate × demand ÷ workers), and as measured. */
  readonly utilisation: { readonly predicted: number; readonly measured: number };
}

export interface Capacity {
  /** A task, or `mix`. */
  readonly name: string;
  /** Requests a second within the objective. */
  readonly sustainable: number;
  /** Inference seconds a request, at low load. */
  readonly demand: number;
  /** Requests a second at which the inference threads would never rest. */
  readonly limit: number;
  readonly steps: readonly Step[];
}

export interface MeasureOptions {
  readonly name: string;
  readonly bodies: readonly WeightedBody[];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly admin: Admin;
  readonly objective: Objective;
  readonly stepSeconds: number;
  readonly seed: number;
  readonly streams: Streams;
}

/** Low enough that batches hardly form. */
const PROBE_RATE = 4;

export async function measureCapacity(options: MeasureOptions): Promise<Capacity> {
  const { name, admin, objective } = options;
  let before = await settledSamples(admin);
  const workers = readyWorkers(before);
  const busyDuring = async () => {
    const after = await settledSamples(admin);
    const busy = busyOf(after) - busyOf(before);
    before = after;
    return busy;
  };

  const probe = await run(options, PROBE_RATE, `${name} ?`);
  const busy = await busyDuring();
  const answered = probe.all.sent - probe.all.outcomes.no_answer;
  if (answered === 0 || busy <= 0)
    throw unavailable(`${name}: no request was answered`, `${name}：没有请求得到回答`);
  const demand = busy / answered;
  const limit = workers / demand;

  const steps = await search(limit, async (rate): Promise<Step> => {
    const { all, seconds } = await run(options, rate, `${name} ${amount(rate)}/s`);
    const failed = all.sent - all.outcomes.success;
    const errorRatio = failed / Math.max(1, all.sent);
    return {
      rate,
      passed: all.latency.p95 <= objective.p95 && errorRatio <= objective.errorRatio,
      answeredPerSecond: (all.sent - all.outcomes.no_answer) / seconds,
      p95: all.latency.p95,
      errorRatio,
      utilisation: {
        predicted: (rate * demand) / workers,
        measured: (await busyDuring()) / (seconds * workers),
      },
    };
  });
  return { name, sustainable: sustainable(steps), demand, limit, steps };
}

const run = (
  { bodies, url, headers, stepSeconds, seed, streams }: MeasureOptions,
  rate: number,
  label: string,
) =>
  atRate({
    bodies,
    url,
    headers,
    seed,
    rate,
    durationSeconds: stepSeconds,
    timeoutMs: 30_000,
    connections: 512,
    arrivals: 'poisson',
    streams,
    label,
  });

const busyOf = (samples: readonly Sample[]) => sumOf(samples, definitions.inferenceBusySeconds.name);
export const readyWorkers = (samples: readonly Sample[]) =>
  Math.max(1, sumOf(samples, definitions.workers.name, { state: 'ready' }));
