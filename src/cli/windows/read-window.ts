import { definitions, STAGES, STATUSES, type Status } from '../../metrics/definitions.ts';
import { unavailable } from '../cli-error.ts';
import { clock } from '../format.ts';
import type { Prometheus, Series } from '../sources/prometheus.ts';
import { addBlocks, blockIncreases } from './block-increases.ts';
import { readHost } from './read-host.ts';
import type { Stage } from './stage.ts';
import { type SlotWindow, sum, type TaskWindow, type Window } from './window.ts';

const d = definitions;
const CPU = 'process_cpu_seconds_total';
const LAG = 'nodejs_eventloop_lag_p99_seconds';
const COUNTERS = [
  d.taskRequests.name,
  d.taskErrors.name,
  ...['bucket', 'sum', 'count'].map((part) => `${d.taskLatency.name}_${part}`),
  `${d.stageDuration.name}_sum`,
  ...['sum', 'count'].map((part) => `${d.requestTokens.name}_${part}`),
  d.inferenceBusySeconds.name,
  `${d.batchSize.name}_sum`,
  d.workerRestarts.name,
  CPU,
];
/** Gauges: where the service was being scraped, and what was under way. */
const GAUGES = [d.workers.name, d.activeRequests.name];
/** More blocks than these tell nothing more. */
const MOST_BLOCKS = 60;
const FEWEST_BLOCKS = 4;
const SCRAPES_A_BLOCK = 2;

export interface WindowOptions {
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
}

/**
 * Everything Prometheus knows of the service between two moments.
 * @throws CliError when it did not scrape the service then, or too seldom for so short a window
 */
export async function readWindow(prometheus: Prometheus, options: WindowOptions): Promise<Window> {
  const start = Math.round(options.start * 1000) / 1000;
  const seconds = Math.round((options.end - start) * 1000) / 1000;
  const interval = await scrapeInterval(prometheus, start, seconds);
  const blocks = Math.min(MOST_BLOCKS, Math.floor(seconds / (SCRAPES_A_BLOCK * interval)));
  if (blocks < FEWEST_BLOCKS)
    throw unavailable(
      `a window of ${seconds} s is too short for a scrape interval of ${interval.toFixed(1)} s; take at least ${Math.ceil(FEWEST_BLOCKS * SCRAPES_A_BLOCK * interval)}s`,
      `抓取间隔为 ${interval.toFixed(1)} 秒时，${seconds} 秒的窗口太短；至少取 ${Math.ceil(FEWEST_BLOCKS * SCRAPES_A_BLOCK * interval)}s`,
    );
  const blockSeconds = Math.floor((seconds / blocks) * 1000) / 1000;
  const end = Math.round((start + blocks * blockSeconds) * 1000) / 1000;
  const edges = Array.from(
    { length: blocks + 1 },
    (_, i) => Math.round((start + i * blockSeconds) * 1000) / 1000,
  );
  const range = `[${Math.round((end - start) * 1000)}ms]`;
  const [series, lags, ready, models, host] = await Promise.all([
    prometheus.queryRange(`{__name__=~"${[...COUNTERS, ...GAUGES].join('|')}"}`, start, end, blockSeconds),
    prometheus.query(`max_over_time(${LAG}{slot!="",slot!="primary"}${range})`, end),
    prometheus.query(`sum(avg_over_time(${d.workers.name}{state="ready"}${range}))`, end),
    prometheus.query(`max_over_time(${d.modelInfo.name}${range})`, end),
    readHost(prometheus, start, end),
  ]);
  return assemble({ series, edges, blockSeconds, lags, host, ready: ready[0]?.value ?? 0, models });
}

async function scrapeInterval(prometheus: Prometheus, start: number, seconds: number): Promise<number> {
  const [most] = await prometheus.query(
    `max(count_over_time(${d.workers.name}{state="desired"}[${Math.round(seconds * 1000)}ms]))`,
    start + seconds,
  );
  if (most === undefined)
    throw unavailable(
      `Prometheus at ${prometheus.url} has nothing of the service from ${clock(start)} to ${clock(start + seconds)}: was it up, and is it scraped?`,
      `Prometheus ${prometheus.url} 中没有服务在 ${clock(start)} 至 ${clock(start + seconds)} 的数据：服务当时在运行吗？是否被抓取？`,
    );
  return seconds / most.value;
}

interface Parts {
  readonly series: readonly Series[];
  readonly edges: readonly number[];
  readonly blockSeconds: number;
  readonly lags: Awaited<ReturnType<Prometheus['query']>>;
  readonly models: Awaited<ReturnType<Prometheus['query']>>;
  readonly ready: number;
  readonly host: Window['host'];
}

function assemble({ series, edges, blockSeconds, lags, models, ready, host }: Parts): Window {
  const scraped = new Map<string, Set<number>>();
  for (const { labels, points } of series)
    if (labels.__name__ === d.workers.name) scraped.set(labels.instance ?? '', new Set(points.keys()));
  const manyInstances = scraped.size > 1;
  const slotOf = (labels: Series['labels']) =>
    manyInstances ? `${labels.instance} ${labels.slot}` : (labels.slot ?? '');
  const rows = series
    .filter(({ labels }) => !GAUGES.includes(labels.__name__ as (typeof GAUGES)[number]))
    .map((one) => ({
      name: one.labels.__name__ ?? '',
      labels: one.labels,
      blocks: blockIncreases(
        one,
        edges,
        (edge) => scraped.get(one.labels.instance ?? '')?.has(edge) ?? false,
      ),
    }));
  type Row = (typeof rows)[number];
  const of = (name: string, keep: (row: Row) => boolean = () => true) =>
    rows.filter((row) => row.name === name && keep(row));
  const blocksOf = (chosen: readonly Row[]) =>
    chosen.reduce((total, row) => addBlocks(total, row.blocks), new Array<number>(edges.length - 1).fill(0));
  const totalOf = (chosen: readonly Row[]) => sum(blocksOf(chosen));
  const byLabel = (chosen: readonly Row[], label: string) => {
    const found = new Map<string, number>();
    for (const row of chosen) {
      const key = row.labels[label] ?? '';
      found.set(key, (found.get(key) ?? 0) + sum(row.blocks));
    }
    return found;
  };

  const underWay = (task: string, edge: number) =>
    sum(
      series
        .filter(({ labels }) => labels.__name__ === d.activeRequests.name && labels.task_type === task)
        .map(({ points }) => points.get(edge) ?? 0),
    );
  const taskWindow = (task: string): TaskWindow => {
    const mine = (name: string) => of(name, ({ labels }) => labels.task_type === task);
    const statuses = byLabel(mine(d.taskRequests.name), 'status');
    const stages = byLabel(mine(`${d.stageDuration.name}_sum`), 'stage');
    const requests = blocksOf(mine(d.taskRequests.name));
    const active = edges.map((edge) => underWay(task, edge));
    return {
      arrivals: requests.map((ended, i) => Math.max(0, ended + (active[i + 1] ?? 0) - (active[i] ?? 0))),
      requests,
      statuses: Object.fromEntries(STATUSES.map((name) => [name, statuses.get(name) ?? 0])) as Record<
        Status,
        number
      >,
      answered: blocksOf(mine(`${d.taskLatency.name}_count`)),
      latency: blocksOf(mine(`${d.taskLatency.name}_sum`)),
      stages: Object.fromEntries(STAGES.map((name) => [name, stages.get(name) ?? 0])) as Record<
        Stage,
        number
      >,
      tokens: {
        sum: totalOf(mine(`${d.requestTokens.name}_sum`)),
        count: totalOf(mine(`${d.requestTokens.name}_count`)),
      },
      errors: new Map([...byLabel(mine(d.taskErrors.name), 'code')].filter(([, count]) => count > 0)),
      buckets: [...byLabel(mine(`${d.taskLatency.name}_bucket`), 'le')]
        .map(([le, count]) => ({ edge: Number(le.replace('+Inf', 'Infinity')), count }))
        .sort((a, b) => a.edge - b.edge),
    };
  };
  const slotWindow = (slot: string): SlotWindow => {
    const mine = (name: string) => totalOf(of(name, ({ labels }) => slotOf(labels) === slot));
    return {
      busy: mine(d.inferenceBusySeconds.name),
      rows: mine(`${d.batchSize.name}_sum`),
      cpu: mine(CPU),
      lagP99: Math.max(0, ...lags.filter(({ labels }) => slotOf(labels) === slot).map(({ value }) => value)),
    };
  };

  const tasks = [...byLabel(of(d.taskRequests.name), 'task_type')].filter(([, count]) => count > 0).sort();
  const slots = [...new Set(of(d.inferenceBusySeconds.name).map(({ labels }) => slotOf(labels)))].sort();
  const restarts = of(d.workerRestarts.name);
  return {
    start: edges[0] as number,
    end: edges.at(-1) as number,
    blockSeconds,
    tasks: new Map(tasks.map(([task]) => [task, taskWindow(task)])),
    slots: new Map(slots.map((slot) => [slot, slotWindow(slot)])),
    serviceCpu: totalOf(of(CPU, ({ labels }) => labels.slot !== undefined)),
    ready,
    restarts: {
      blocks: blocksOf(restarts),
      reasons: new Map([...byLabel(restarts, 'reason')].filter(([, count]) => count > 0)),
    },
    models: new Set(models.map(({ labels }) => `${labels.model} ${labels.version} (${labels.engine})`)),
    host,
  };
}
