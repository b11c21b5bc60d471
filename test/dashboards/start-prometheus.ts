import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { freePort, root } from '../e2e/service.ts';
import { until } from '../e2e/until.ts';

export interface QueryResult {
  readonly error?: string;
  readonly resultType?: string;
  readonly result: readonly {
    readonly metric: Record<string, string>;
    readonly values?: [number, string][];
  }[];
}

export interface Prometheus {
  query(expr: string): Promise<QueryResult>;
  /** Over the last `seconds`. */
  queryRange(expr: string, seconds: number): Promise<QueryResult>;
  rules(): Promise<{ name: string; query: string; health: string; lastError?: string }[]>;
  stop(): Promise<void>;
}

/** A program of var/tools/bin, ended by `stop`. */
export function startTool(name: string, args: readonly string[]): { stop(): Promise<void> } {
  const path = resolve(root, 'var/tools/bin', name);
  if (!existsSync(path)) throw new Error(`${name} is missing: run bash ops/fetch-tools.sh`);
  const child: ChildProcess = spawn(path, args, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  return {
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Prometheus with the project's rules, scraping each job's target once a second; ready when all are up. */
export async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'gte-prometheus-'));
  cpSync(join(root, 'prometheus/rules'), join(folder, 'rules'), { recursive: true });
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules/*.yml'],
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  };
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/api/v1`;
  const tool = startTool('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);

  async function ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${url}/${path}?${new URLSearchParams(parameters)}`);
    const { data, error } = (await answer.json()) as { data?: T; error?: string };
    return data ?? ({ error, result: [] } as T);
  }

  const prometheus: Prometheus = {
    query: (expr) => ask('query', { query: expr }),
    queryRange(expr, seconds) {
      const end = Date.now() / 1000;
      return ask('query_range', { query: expr, start: String(end - seconds), end: String(end), step: '1' });
    },
    async rules() {
      const { groups } = await ask<{
        groups: { rules: { name: string; query: string; health: string }[] }[];
      }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    async stop() {
      await tool.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await until('Prometheus scrapes every target', async () => {
    const { result } = await prometheus.query('up == 1').catch(() => ({ result: [] }));
    return result.length === Object.keys(targets).length;
  });
  return prometheus;
}
