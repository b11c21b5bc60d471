import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort, root } from '../service.ts';
import { until } from '../until.ts';

/** A real Prometheus that scrapes one target each second. */
export async function startPrometheus(t: TestContext, metricsUrl: string): Promise<string> {
  const binary = join(root, 'var/tools/bin/prometheus');
  if (!existsSync(binary)) throw new Error('prometheus is missing: run bash ops/fetch-tools.sh');
  const folder = mkdtempSync(join(tmpdir(), 'gte-prometheus-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: gte, static_configs: [{ targets: ['${new URL(metricsUrl).host}'] }] }]
`,
  );
  const child = spawn(
    binary,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await until('Prometheus has scraped the service', async () => (await value(url, 'up')) === 1);
  return url;
}

/** The value of an instant query with one result. */
export async function value(prometheus: string, expression: string): Promise<number> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`).catch(
    () => undefined,
  );
  if (!answer?.ok) return Number.NaN;
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}
