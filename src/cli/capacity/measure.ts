import { definitions } from '../../metrics/definitions.ts';
import { CliError, EXIT_INTERRUPTED, unavailable } from '../cli-error.ts';
import type { Streams } from '../command.ts';
import { amount } from '../format.ts';
import type { Arrivals } from '../loadtest/arrivals.ts';
import { atRate } from '../loadtest/at-rate.ts';
import type { WeightedBody } from '../loadtest/built-in.ts';
import type { Outcome } from '../loadtest/outcome.ts';
import { settledSamples } from '../loadtest/service-view.ts';
import type { Admin } from '../sources/admin.ts';
import { type Sample, sumOf } from '../sources/exposition.ts';
import { search, type Trial } from './search.ts';

export interface Objective {
  /** Seconds. */
  readonly p95: number;
  /** Failed, shed or unanswered ÷ all. */
  readonly errorRatio: number;
}

export interface Step extends Trial {
  readonly seconds: number;
  readonly answeredPerSecond: number;
  /** Seconds. */
  readonly p95: number;
  readonly errorRatio: number;
  /** Answers in the time in which requests came ÷ requests: well below 1 the rest was still waiting. */
  readonly keptUp: number;
  /** Share of the time the inference threads were busy: by the law (rate × demand ÷ workers), and as measured. */
  readonly utilisation: { readonly predicted: number; readonly measured: number };
}

export interface Capacity {
  /** A task, or `mix`. */
  readonly name: string;
  /** Requests a second within the objective; null when every rate broke it. */
  readonly sustainable: number | null;
  /** The lowest rate that broke it; null when none did. */
  readonly broken: number | null;
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
/** A service that answers a smaller share of what comes falls behind: its queue grows, whatever P95 is by then. */
const KEPT_UP = 0.97;

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

  const probe = await run(options, PROBE_RATE, 1, `${name} ?`, 'even');
  const busy = await busyDuring();
  if (probe.all.outcomes.success === 0 || busy <= 0) throw nothingSucceeded(name, probe.all.outcomes);
  const demand = busy / (probe.all.sent - probe.all.outcomes.no_answer);
  const limit = workers / demand;

  const { trials, sustainable } = await search(limit, async (rate, length): Promise<Step> => {
    const { all, seconds } = await run(options, rate, length, `${name} ${amount(rate)}/s`);
    const failed = all.sent - all.outcomes.success;
    const errorRatio = failed / Math.max(1, all.sent);
    const cameSeconds = length * options.stepSeconds;
    // Even the last request of an idle service takes its time.
    const keptUp = Math.min(1, cameSeconds / (seconds - probe.all.latency.p95));
    return {
      rate,
      seconds: cameSeconds,
      passed: all.latency.p95 <= objective.p95 && errorRatio <= objective.errorRatio && keptUp >= KEPT_UP,
      answeredPerSecond: (all.sent - all.outcomes.no_answer) / seconds,
      p95: all.latency.p95,
      errorRatio,
      keptUp,
      utilisation: {
        predicted: (rate * demand) / workers,
        measured: (await busyDuring()) / (seconds * workers),
      },
    };
  });
  const broken = trials.filter(({ passed }) => !passed).map(({ rate }) => rate);
  return {
    name,
    sustainable: sustainable ?? null,
    broken: broken.length > 0 ? Math.min(...broken) : null,
    demand,
    limit,
    steps: trials,
  };
}

/** @throws CliError when it was interrupted, or a proxy's limits were measured instead of the service's */
async function run(
  { bodies, url, headers, stepSeconds, seed, streams }: MeasureOptions,
  rate: number,
  steps: number,
  label: string,
  arrivals: Arrivals = 'poisson',
) {
  const result = await atRate({
    bodies,
    url,
    headers,
    seed,
    rate,
    durationSeconds: steps * stepSeconds,
    timeoutMs: 30_000,
    connections: 512,
    arrivals,
    streams,
    label,
  });
  if (streams.interrupted?.aborted)
    throw new CliError({ en: 'interrupted; nothing was kept', zh: '已中断；没有保存结果' }, EXIT_INTERRUPTED);
  const refused = (result.byProxy[429] ?? 0) + (result.byProxy[503] ?? 0);
  if (refused > 0)
    throw unavailable(
      `what stands at ${url} refused ${refused} requests itself, before any worker saw them: that would measure its limits (nginx: NGINX_RATE, NGINX_CONNECTIONS; NGINX_UNLIMITED exempts an address); nothing was kept`,
      `${url} 上的代理自行拒绝了 ${refused} 个请求，工作进程没有见到它们：这样测到的是代理的限制（nginx：NGINX_RATE、NGINX_CONNECTIONS；NGINX_UNLIMITED 可豁免地址）；没有保存结果`,
    );
  return result;
}

function nothingSucceeded(name: string, outcomes: Readonly<Record<Outcome, number>>): CliError {
  const counts = Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ');
  return unavailable(`${name}: no request succeeded (${counts})`, `${name}：没有请求成功（${counts}）`);
}

const busyOf = (samples: readonly Sample[]) => sumOf(samples, definitions.inferenceBusySeconds.name);
export const readyWorkers = (samples: readonly Sample[]) =>
  Math.max(1, sumOf(samples, definitions.workers.name, { state: 'ready' }));
