import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../test/e2e/service.ts';
import { until } from '../../test/e2e/until.ts';
import type { Run } from '../experiment.ts';
import type { Endpoints } from './start-cluster.ts';
import { toolPath } from './tools.ts';

export interface Prometheus {
  /** Value of the one series that an instant query gives; `at` in Unix seconds. */
  query(expression: string, at?: number): Promise<number>;
  /** Unix seconds of the first and the last sample of a metric. */
  span(metric: string): Promise<{ readonly from: number; readonly to: number }>;
}

interface ApiAnswer {
  readonly data: {
    readonly result: readonly {
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

/** A real Prometheus that scrapes the service each second. */
export async function startPrometheus(run: Run, { dir, metricsUrl }: Endpoints): Promise<Prometheus> {
  const home = join(dir, 'prometheus-run');
  await mkdir(home);
  const target = new URL(metricsUrl).host;
  await writeFile(
    join(home, 'prometheus.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs: [{ job_name: gte, static_configs: [{ targets: ['${target}'] }] }]\n`,
  );
  const address = `127.0.0.1:${await freePort()}`;
  const files = [
    `--config.file=${join(home, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(home, 'data')}`,
  ];
  const child = spawn(await toolPath('prometheus'), [...files, `--web.listen-address=${address}`], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  run.onEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const ask = async (expression: string, at?: number): Promise<ApiAnswer['data']['result']> => {
    const parameters = new URLSearchParams({
      query: expression,
      ...(at !== undefined && { time: String(at) }),
    });
    const answer = await fetch(`http://${address}/api/v1/query?${parameters}`);
    return ((await answer.json()) as ApiAnswer).data.result;
  };
  const query: Prometheus['query'] = async (expression, at) =>
    Number((await ask(expression, at))[0]?.value?.[1] ?? Number.NaN);
  const up = () => query('up').catch(() => Number.NaN);
  await until('Prometheus scrapes the service', async () => (await up()) === 1);
  return {
    query,
    async span(metric) {
      const times = (await ask(`${metric}[1h]`)).flatMap(({ values = [] }) => values.map(([time]) => time));
      return { from: Math.min(...times), to: Math.max(...times) };
    },
  };
}
