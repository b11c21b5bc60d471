import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unavailable } from '../cli-error.ts';
import type { Streams } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { createProgress } from '../progress.ts';
import type { WeightedBody } from './built-in.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Percentiles, ProxyAnswers, TaskResult } from './recorder.ts';

export interface Saturation {
  /** wrk does not measure it. */
  readonly lateness: null;
  readonly tasks: readonly TaskResult[];
  readonly all: TaskResult;
  readonly byProxy: ProxyAnswers;
  readonly seconds: number;
}

export interface SaturateOptions {
  readonly root: string;
  readonly url: string;
  readonly bodies: readonly WeightedBody[];
  readonly durationSeconds: number;
  readonly connections: number;
  readonly seed: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly streams: Streams;
  readonly label: string;
}

/** Lines in the file that wrk picks from: shares are exact to 1/1000. */
const LINES = 1000;
/** wrk never gives up waiting; what took longer is missing from its percentiles only. */
const LONGEST = '30s';
const PROGRESS_MS = 200;
/** What wrk.lua calls the task of an answer that no worker gave. */
const NO_TASK = '-';
const NONE: Percentiles = { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN };

/** As many requests as `connections` clients get answered, each waiting for its answer: wrk with wrk.lua. */
export async function saturate(options: SaturateOptions): Promise<Saturation> {
  const { root, url, bodies, durationSeconds, connections, seed, headers } = options;
  const wrk = join(root, 'var/tools/bin/wrk');
  if (!existsSync(wrk))
    throw unavailable(
      'wrk is missing; get it with: bash ops/fetch-tools.sh wrk',
      '缺少 wrk；请运行：bash ops/fetch-tools.sh wrk',
    );
  const folder = await mkdtemp(join(tmpdir(), 'gte-wrk-'));
  try {
    await writeFile(join(folder, 'bodies'), `${linesOf(bodies).join('\n')}\n`);
    const args = [
      ...['-t', '1', '-c', String(connections), '-d', `${Math.ceil(durationSeconds)}s`, '--timeout', LONGEST],
      ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
      ...[
        '-s',
        join(root, 'src/cli/loadtest/wrk.lua'),
        url,
        '--',
        join(folder, 'bodies'),
        join(folder, 'result'),
        String(seed),
      ],
    ];
    const child = spawn(wrk, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const [code] = await withProgress(options, once(child, 'close'));
    if (code !== 0)
      throw unavailable(`wrk ended with ${code}: ${said.trim()}`, `wrk 以 ${code} 退出：${said.trim()}`);
    return parseResult(await readFile(join(folder, 'result'), 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** wrk says nothing until its end: the bar is the clock's. */
async function withProgress<T>({ streams, label, durationSeconds }: SaturateOptions, run: Promise<T>) {
  const progress = createProgress(streams, label);
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    progress.update(seconds / durationSeconds, formatDuration(Math.round(seconds)));
  }, PROGRESS_MS);
  try {
    return await run;
  } finally {
    clearInterval(timer);
    progress.end();
  }
}

function linesOf(bodies: readonly WeightedBody[]): string[] {
  const total = bodies.reduce((sum, { weight }) => sum + weight, 0);
  return bodies.flatMap(({ body, weight }) =>
    Array.from({ length: Math.max(1, Math.round((weight / total) * LINES)) }, () => body),
  );
}

export function parseResult(text: string): Saturation {
  const [head = '', ...rows] = text.trim().split('\n');
  const [, , micros = 0, p50, p95, p99, max, unanswered = 0] = head.split('\t').map(Number);
  const tasks = new Map<string, Record<Outcome, number>>();
  const byProxy: Record<number, number> = {};
  const all = { success: 0, error: 0, invalid: 0, rejected: 0, no_answer: unanswered };
  for (const row of rows) {
    const [task = '', status = '', count] = row.split('\t');
    if (!task) continue;
    const outcome = outcomeOf(Number(status), status);
    all[outcome] += Number(count);
    if (task === NO_TASK) {
      byProxy[Number(status)] = (byProxy[Number(status)] ?? 0) + Number(count);
      continue;
    }
    const outcomes = tasks.get(task) ?? { success: 0, error: 0, invalid: 0, rejected: 0, no_answer: 0 };
    tasks.set(task, outcomes);
    outcomes[outcome] += Number(count);
  }
  const sum = (outcomes: Record<Outcome, number>) => Object.values(outcomes).reduce((a, b) => a + b, 0);
  const seconds = (value: number | undefined) => (value ?? Number.NaN) / 1e6;
  const total: TaskResult = {
    task: 'all',
    sent: sum(all),
    outcomes: all,
    latency: { p50: seconds(p50), p95: seconds(p95), p99: seconds(p99), max: seconds(max) },
  };
  const results = [...tasks]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([task, outcomes]) => ({ task, sent: sum(outcomes), outcomes, latency: NONE }));
  const [only, ...others] = results;
  // wrk measures latencies over all: of a single task they are its own.
  const single = only && others.length === 0 && Object.keys(byProxy).length === 0;
  return {
    lateness: null,
    byProxy,
    seconds: micros / 1e6,
    tasks: single ? [{ ...total, task: only.task }] : results,
    all: total,
  };
}
