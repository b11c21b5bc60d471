import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, scrape } from '../../test/e2e/service.ts';
import { until } from '../../test/e2e/until.ts';
import type { Exposition } from '../../test/metrics/parse-exposition.ts';
import type { Run } from '../experiment.ts';
import { processesIn } from '../watch/process-info.ts';
import { readLogs } from './log-reader.ts';
import { privateCheckout, root } from './private-build.ts';

export interface WorkerRow {
  readonly slot: number;
  readonly pid: number;
  readonly state: string;
  readonly restarts: number;
  readonly rss_bytes: number | null;
}

/** Where a running service is reached. */
export interface Endpoints {
  readonly url: string;
  readonly metricsUrl: string;
  /** Of the checkout that it runs from. */
  readonly dir: string;
  readonly runDir: string;
  workers(): Promise<WorkerRow[]>;
  scrape(): Promise<Exposition>;
}

export interface Cluster extends Endpoints {
  readonly primary: ChildProcess;
  readonly logs: ReturnType<typeof readLogs>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** Resolves when this many workers are ready and none is anything else. */
  ready(limitMs?: number): Promise<void>;
}

export interface ClusterOptions {
  readonly workers?: number;
  /** GTE_* settings and others, e.g. NODE_OPTIONS. */
  readonly env?: Readonly<Record<string, string>>;
  readonly dir?: string;
  /** A file descriptor for the log instead of a pipe. */
  readonly stdout?: number;
}

/** Settings of a service on free ports in a folder of its own. */
export async function freeSettings(dir: string, workers: number): Promise<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    GTE_PORT: String(await freePort()),
    GTE_METRICS_PORT: String(await freePort()),
    GTE_RUN_DIR: join(dir, 'run'),
    // Made once, not by each experiment.
    GTE_CACHE_DIR: join(root, 'var/cache'),
    GTE_WORKERS: String(workers),
  };
}

export function endpoints(dir: string, settings: Readonly<Record<string, string>>): Endpoints {
  const metricsUrl = `http://127.0.0.1:${settings.GTE_METRICS_PORT}`;
  return {
    url: `http://127.0.0.1:${settings.GTE_PORT}`,
    metricsUrl,
    dir,
    runDir: settings.GTE_RUN_DIR ?? '',
    workers: async () =>
      ((await (await fetch(`${metricsUrl}/workers`)).json()) as { workers: WorkerRow[] }).workers,
    scrape: () => scrape(metricsUrl),
  };
}

/** Starts the service from a private build, without waiting for it to be ready. */
export async function spawnCluster(
  run: Run,
  { workers = 2, env = {}, dir, stdout }: ClusterOptions = {},
): Promise<Cluster> {
  const home = dir ?? (await privateCheckout(run));
  const settings = { ...(await freeSettings(home, workers)), ...env };
  const primary = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: home,
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    env: settings,
  });
  const logs = readLogs([primary.stdout, primary.stderr].filter((stream) => stream !== null));
  const exited = once(primary, 'exit').then(([code, signal]) => ({ code, signal }));
  const service = endpoints(home, settings);
  run.onEnd(async () => {
    for (const pid of processesIn(home)) process.kill(pid, 'SIGCONT');
    primary.kill('SIGTERM');
    const late = setTimeout(() => primary.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(late);
    for (const pid of processesIn(home)) process.kill(pid, 'SIGKILL');
  });
  return {
    ...service,
    primary,
    logs,
    exited,
    async ready(limitMs = 60_000) {
      const failed = exited.then(({ code, signal }) => {
        throw new Error(`the service ended with ${code ?? signal}: ${JSON.stringify(logs.lines.slice(-4))}`);
      });
      const all = until(
        'all workers are ready',
        async () => {
          const rows = await service.workers().catch(() => []);
          return rows.length === workers && rows.every(({ state }) => state === 'ready');
        },
        limitMs,
      );
      await Promise.race([all, failed]);
      failed.catch(() => undefined);
    },
  };
}

/** As spawnCluster; resolves when it is ready. */
export async function startCluster(run: Run, options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await spawnCluster(run, options);
  await cluster.ready();
  return cluster;
}
