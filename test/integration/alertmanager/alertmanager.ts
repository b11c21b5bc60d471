import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../../e2e/service.ts';

const binary = resolve(import.meta.dirname, '../../../var/tools/bin/alertmanager');

export interface AlertStatus {
  readonly labels: Record<string, string>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** Alertmanager on a free port with `config`. */
export async function startAlertmanager(t: TestContext, config: string) {
  if (!existsSync(binary)) throw new Error('alertmanager is missing: run bash ops/fetch-tools.sh');
  const folder = await mkdtemp(join(tmpdir(), 'alertmanager-'));
  await writeFile(join(folder, 'alertmanager.yml'), config);
  const port = await freePort();
  const child = spawn(
    binary,
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true });
  });
  const api = `http://127.0.0.1:${port}/api/v2`;
  while (!(await fetch(`${api}/status`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error('alertmanager ended');
    await new Promise((again) => setTimeout(again, 20));
  }
  return {
    /** What Prometheus does when alerts fire, or with `endsAt` in the past, end. */
    async send(...alerts: { labels: Record<string, string>; annotations?: object; endsAt?: string }[]) {
      const startsAt = new Date(Date.now() - 60_000).toISOString();
      const answer = await fetch(`${api}/alerts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(alerts.map((alert) => ({ startsAt, ...alert }))),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async alerts(): Promise<AlertStatus[]> {
      return (await (await fetch(`${api}/alerts`)).json()) as AlertStatus[];
    },
  };
}
