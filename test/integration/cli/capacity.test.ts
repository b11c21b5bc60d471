import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gte } from './run-command.ts';
import { type StandInOptions, serveService } from './stand-in-service.ts';
import { servePrometheus } from './stand-ins.ts';

const STARTED = 1000;

/** A service that answers one request in 20 ms, and where the result goes. */
async function setUp(t: TestContext, options: StandInOptions = {}) {
  const { env } = await serveService(t, { delayMs: () => 20, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'gte-cli-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const output = join(folder, 'capacity.json');
  const args = ['capacity', '--task', 'ner', '--step', '400ms', '--output', output];
  return { env, output, args };
}

test('When capacity is measured, then a rate at which the queue grows is not it, however patient the objective', async (t) => {
  const { env, output, args } = await setUp(t);
  const mine = 'job="gte",instance="me:9090",status=~"success|error|rejected"';
  const prometheus = await servePrometheus(t, {
    instant: {
      'process_start_time_seconds{slot="primary"}': () => [
        { metric: { job: 'gte', instance: 'me:9090' }, value: STARTED },
        { metric: { job: 'gte', instance: 'other:9090' }, value: STARTED + 7 },
      ],
      [`max_over_time(sum(rate(gte_task_requests_total{${mine}}`]: () => [{ metric: {}, value: 10 }],
      [`sum(rate(gte_task_requests_total{${mine}}`]: () => [{ metric: {}, value: 5 }],
    },
  });
  const { code, stdout } = await gte(
    [...args, '--p95', '2s', '--for', '1000', '--json', '--prometheus', prometheus],
    env,
  );
  assert.equal(code, 0, stdout);
  const { results, headroom, needed, kept } = JSON.parse(stdout);
  const [{ sustainable, steps }] = results;
  // One at a time, 20 ms each: 50 a second, less what a loaded machine takes.
  assert.ok(sustainable > 10 && sustainable <= 60, stdout);
  assert.ok(
    steps.every(({ p95 }: { p95: number }) => p95 < 2),
    'only the growing queue shows the limit',
  );
  assert.deepEqual([headroom.present, headroom.busiest, headroom.used], [5, 10, 5 / sustainable]);
  assert.deepEqual(needed, { rate: 1000, cores: Math.ceil(2000 / sustainable) });
  assert.deepEqual(kept, { path: output, fault: null });
  assert.equal(JSON.parse(readFileSync(output, 'utf8')).sustainable.ner, sustainable);
});

test('When every rate breaks the objective, then that is said with exit code 1 and nothing is kept', async (t) => {
  const { env, output, args } = await setUp(t);
  const { code, stdout } = await gte([...args, '--step', '200ms', '--p95', '5ms'], env);
  assert.equal(code, 1);
  assert.match(stdout, /^ner +below \d+\.\d+ /m);
  assert.match(stdout, /Every rate broke the objective; nothing was kept/);
  assert.match(stdout, /Headroom: unknown\. Prometheus at .* does not answer/);
  assert.equal(existsSync(output), false);
});

test('When the measurement is interrupted, then it stops and keeps nothing', async (t) => {
  const interrupt = new AbortController();
  const { env, output, args } = await setUp(t, { onRequest: (i) => i === 8 && interrupt.abort() });
  const { code, stdout, stderr } = await gte([...args, '--step', '2s'], env, {
    interrupted: interrupt.signal,
  });
  assert.equal(code, 130);
  assert.equal(stdout, '');
  assert.match(stderr, /interrupted; nothing was kept/);
  assert.equal(existsSync(output), false);
});

test('When a proxy refuses by itself, then its limits are not taken for the capacity of the service', async (t) => {
  const { env, output, args } = await setUp(t, { status: (i) => (i > 3 ? 429 : 200), byProxy: (i) => i > 3 });
  const { code, stderr } = await gte([...args, '--step', '1s'], env);
  assert.equal(code, 69);
  assert.match(stderr, /refused \d+ requests itself, before any worker saw them.*NGINX_RATE/);
  assert.equal(existsSync(output), false);
});

test('When no request succeeds at all, then how they ended is said instead of a figure', async (t) => {
  const { env, args } = await setUp(t, { status: () => 500 });
  const { code, stderr } = await gte(args, env);
  assert.equal(code, 69);
  assert.match(stderr, /ner: no request succeeded \(error \d+\)/);
});
