import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../src/root.ts';

/** Runs ops/check-ports.js with these settings. */
function check(env: Record<string, string>): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(root, 'ops/check-ports.js')],
      { env: { PATH: process.env.PATH, ...env } },
      (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

test('When a port of the service is taken, then one sentence names it and the setting that moves it, else nothing is said', async () => {
  const [held, free] = [createServer(), createServer()];
  const ports = [];
  for (const server of [held, free]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push(String((server.address() as AddressInfo).port));
  }
  await new Promise((closed) => free.close(closed));
  const [taken = '', other = ''] = ports;
  const metrics = await check({ GTE_PORT: other, GTE_METRICS_PORT: taken });
  const service = await check({ GTE_PORT: taken, GTE_METRICS_PORT: other });
  await new Promise((closed) => held.close(closed));
  const after = await check({ GTE_PORT: taken, GTE_METRICS_PORT: other });

  const sentence = (setting: string) =>
    new RegExp(
      `^gte-serve: port ${taken} is taken( by .+ \\(pid \\d+\\))?: .* set ${setting} to a free port\\n$`,
    );
  assert.match(metrics.said, sentence('GTE_METRICS_PORT'));
  assert.match(service.said, sentence('GTE_PORT'));
  assert.deepEqual([metrics.code, service.code], [1, 1]);
  assert.deepEqual(after, { code: 0, said: '' });
});
