import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort, predict, root } from './service.ts';
import { until } from './until.ts';

interface Pm2App {
  readonly pid: number;
  readonly pm2_env: { readonly status: string; readonly restart_time: number };
}

describe('under PM2', () => {
  let home: string;
  let env: Record<string, string>;
  const pm2 = async (args: string[], settings: Record<string, string> = {}) =>
    (
      await promisify(execFile)(join(root, 'node_modules/.bin/pm2'), args, {
        cwd: root,
        env: { ...env, ...settings },
      })
    ).stdout;
  const app = async (): Promise<Pm2App | undefined> =>
    JSON.parse((await pm2(['jlist'])).split('\n').at(-1) || '[]')[0];

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'gte-pm2-'));
    env = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      PM2_HOME: home,
      GTE_PORT: String(await freePort()),
      GTE_METRICS_PORT: String(await freePort()),
      GTE_RUN_DIR: join(home, 'run'),
      GTE_WORKERS: '1',
    };
  });
  after(async () => {
    await pm2(['kill']);
    await rm(home, { recursive: true, force: true });
  });

  test('When the app is started, then PM2 says online only when it answers; when stopped, nothing is left', async () => {
    await pm2(['start', 'ecosystem.config.js']);
    const started = await app();
    assert.equal(started?.pm2_env.status, 'online');
    const url = `http://127.0.0.1:${env.GTE_PORT}`;
    assert.equal((await predict(url, { task_type: 'sentiment', input_text: '很满意' })).status, 200);
    const { workers } = (await (await fetch(`http://127.0.0.1:${env.GTE_METRICS_PORT}/workers`)).json()) as {
      workers: { pid: number }[];
    };
    await pm2(['delete', 'gte-serve']);
    for (const pid of [started?.pid ?? 0, ...workers.map((worker) => worker.pid)]) {
      assert.throws(() => process.kill(pid, 0), /ESRCH/);
    }
  });

  test('When the metrics port is taken, then the check after the start ends at once and names it', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    t.after(() => taken.close());
    const GTE_METRICS_PORT = String((taken.address() as AddressInfo).port);
    await pm2(['start', 'ecosystem.config.js'], { GTE_METRICS_PORT }).catch(() => undefined);
    const check = (...earlier: string[]) =>
      promisify(execFile)(process.execPath, ['ops/check-service.js', '--pm2', ...earlier], {
        cwd: root,
        env,
      });
    const sentence = new RegExp(`^gte-serve: .*metrics port ${GTE_METRICS_PORT} on 127.0.0.1 is taken`);
    await assert.rejects(check(), { code: 1, stderr: sentence });
    // What an earlier start wrote is not its word.
    const { size } = await stat(join(root, 'var/log/gte-serve.err.log'));
    await assert.rejects(check(String(size)), { code: 1, stderr: /^gte-serve: PM2 says stopped/ });
    await pm2(['delete', 'gte-serve']);
  });

  test('When a setting is wrong, then PM2 does not start it again', async () => {
    await pm2(['start', 'ecosystem.config.js'], { GTE_MODEL_DIR: '/nowhere' }).catch(() => undefined);
    const stopped = await until('PM2 has given up', async () => {
      const now = await app();
      return now?.pm2_env.status === 'stopped' ? now : undefined;
    });
    assert.equal(stopped.pm2_env.restart_time, 0);
    await pm2(['delete', 'gte-serve']);
  });
});
