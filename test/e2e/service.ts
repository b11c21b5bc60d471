import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exposition, parseExposition } from '../metrics/parse-exposition.ts';

export const root = resolve(import.meta.dirname, '../..');

export interface WorkerRow {
  slot: number;
  pid: number;
  state: string;
  requests: number;
  restarts: number;
}

export interface Service {
  /** http://127.0.0.1:PORT of the public API. */
  readonly url: string;
  /** http://127.0.0.1:PORT of the primary. */
  readonly metricsUrl: string;
  readonly runDir: string;
  readonly primary: ChildProcess;
  /** JSON lines that primary and workers have logged so far. */
  logs(): Record<string, unknown>[];
  workers(): Promise<WorkerRow[]>;
  /** Exit code and signal of the primary, once it is gone. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** SIGTERM, or SIGKILL for what is left at the end of a test. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly workers?: number;
  /** Further GTE_* settings. */
  readonly env?: Record<string, string>;
}

/** Runs the built service (`dist/main.js`) as its own cluster on free ports; resolves when it is ready. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const service = await spawnService(options);
  const gone = service.exited.then(({ code }) => {
    throw new Error(`the service ended with ${code}: ${JSON.stringify(service.logs().slice(-5))}`);
  });
  const ready = async () => {
    for (;;) {
      const answer = await fetch(`${service.metricsUrl}/workers`).catch(() => undefined);
      const { workers = [] } = answer?.ok ? ((await answer.json()) as { workers?: WorkerRow[] }) : {};
      if (workers.length > 0 && workers.every(({ state }) => state === 'ready')) return;
      await sleep(50);
    }
  };
  await Promise.race([ready(), gone]);
  gone.catch(() => undefined);
  return service;
}

/** As startService, without waiting for it to be ready. */
export async function spawnService({ workers = 1, env = {} }: ServiceOptions = {}): Promise<Service> {
  const port = env.GTE_PORT ?? (await freePort());
  const metricsPort = env.GTE_METRICS_PORT ?? (await freePort());
  const runDir = await mkdtemp(join(tmpdir(), 'gte-run-'));
  const primary = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      GTE_PORT: String(port),
      GTE_METRICS_PORT: String(metricsPort),
      GTE_RUN_DIR: runDir,
      GTE_WORKERS: String(workers),
      ...env,
    },
  });
  let output = '';
  for (const stream of [primary.stdout, primary.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(primary, 'exit').then(([code, signal]) => ({ code, signal }));
  const metricsUrl = `http://127.0.0.1:${metricsPort}`;
  return {
    url: `http://127.0.0.1:${port}`,
    metricsUrl,
    runDir,
    primary,
    exited,
    logs: () => output.split('\n').filter(Boolean).map(parseLine),
    workers: async () =>
      ((await (await fetch(`${metricsUrl}/workers`)).json()) as { workers: WorkerRow[] }).workers,
    async stop() {
      if (primary.exitCode === null && primary.signalCode === null) primary.kill('SIGTERM');
      const late = setTimeout(() => primary.kill('SIGKILL'), 30_000);
      await exited;
      clearTimeout(late);
      await rm(runDir, { recursive: true, force: true });
    },
  };
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    return { text: line };
  }
}

/** A service takes its port seconds after it was found free: outgoing connections must not get it meanwhile. */
const BELOW_EPHEMERAL = [15_000, 32_000] as const;
const given = new Set<number>();

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...BELOW_EPHEMERAL);
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue; // taken
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** POST /predict on a connection that is not kept alive. */
export async function predict(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Connection: 'close', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** /metrics, parsed as strictly as Prometheus does. */
export async function scrape(metricsUrl: string): Promise<Exposition> {
  return parseExposition(await (await fetch(`${metricsUrl}/metrics`)).text(), 'text');
}

/** Sum of a counter's series at /metrics that have all given labels. */
export async function metricSum(
  metricsUrl: string,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
    .reduce(
      (sum, line) => sum + Number(line.slice(line.lastIndexOf('} ') + 2 || line.indexOf(' ')).split(' ')[0]),
      0,
    );
}
