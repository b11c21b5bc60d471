import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeLoopingModel } from '../../chaos/model/looping-model.ts';
import { gte } from '../integration/cli/run-command.ts';
import { startNginx } from '../integration/nginx/nginx.ts';
import { withHogs } from './cli/hogs.ts';
import { startPrometheus, value } from './cli/prometheus.ts';
import { pulse } from './cli/pulse.ts';
import { SENTENCE, writeRequests } from './cli/write-requests.ts';
import { root, startService } from './service.ts';
import { until } from './until.ts';

const RATE = 15;
/** Length of a window of gte why: enough blocks of two scrapes to judge noise by. */
const WINDOW_SECONDS = 10;
/** Other work on the machine can spoil a window; a cause that is there is found again. */
const ATTEMPTS = 3;

async function startStack(t: TestContext) {
  const nginx = await startNginx(t, { workers: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'gte-cli-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const model = join(folder, 'model');
  cpSync(join(root, 'models/starter'), model, { recursive: true });
  const service = await startService({
    workers: 2,
    env: {
      GTE_RUN_DIR: nginx.runDir,
      GTE_MODEL_DIR: model,
      GTE_HANG_MS: '60000',
      GTE_DEADLINE_MS: '60000',
      GTE_QUEUE_TOKENS: '1000000',
      GTE_QUEUE_MS: '600000',
    },
  });
  t.after(() => service.stop());
  const prometheus = await startPrometheus(t, service.metricsUrl);
  await until('nginx reaches the workers', async () => (await fetch(`${nginx.origin}/readyz`)).ok);
  const env = {
    GTE_PORT: new URL(service.url).port,
    GTE_METRICS_PORT: new URL(service.metricsUrl).port,
    PROMETHEUS_URL: prometheus,
  };
  const requests = (name: string, sentences: number) => writeRequests(join(folder, name), ['ner'], sentences);
  return {
    nginx,
    model,
    service,
    prometheus,
    log: join(nginx.logDir, 'access.log'),
    short: requests('short.jsonl', 1),
    long: requests('long.jsonl', 8),
    run: async (...args: string[]) => {
      const { stdout, stderr } = await gte([...args, '--json'], env);
      assert.notEqual(stdout, '', stderr);
      return JSON.parse(stdout);
    },
  };
}

type Stack = Awaited<ReturnType<typeof startStack>>;

const load = ({ run, nginx }: Stack, ...args: string[]) =>
  run('loadtest', '--url', nginx.origin, '--even', ...args);

const steady = (stack: Stack, file: string) =>
  load(stack, '--file', file, '--rate', String(RATE), '--duration', `${WINDOW_SECONDS}s`);

/**
 * The verdict on a window against one before it, in which nothing special happened.
 * @param change happens between the two
 */
async function verdict(stack: Stack, during: () => Promise<unknown>, change?: () => Promise<unknown>) {
  await steady(stack, stack.short);
  const between = new Date();
  await change?.();
  const start = Date.now();
  await during();
  await sleep(1500); // until the last of it is pushed and scraped
  return stack.run(
    'why',
    ...['--since', `${WINDOW_SECONDS}s`, '--until', new Date(start + WINDOW_SECONDS * 1000).toISOString()],
    ...['--against', between.toISOString(), '--tolerance', '60'],
  );
}

async function assertVerdict(
  stack: Stack,
  during: () => Promise<unknown>,
  expected: string,
  change?: () => Promise<unknown>,
): Promise<void> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { sentence, subject } = await verdict(stack, during, change);
    const found = subject.latency === 'same' ? 'nothing' : `${subject.latency} ${subject.causes[0]?.cause}`;
    if (found === expected) return;
    seen.push(`${found}: ${sentence.en}`);
  }
  assert.fail(`expected ${expected}, but:\n${seen.join('\n')}`);
}

test('The commands against the real service, nginx and Prometheus', async (t) => {
  const stack = await startStack(t);

  await t.test(
    'When load ran, then the client, the service, Prometheus and nginx count the same requests',
    async () => {
      const report = await load(stack, '--rate', '15', '--duration', '8s');
      const counted = report.service.reduce(
        (sum: number, { requests }: { requests: number }) => sum + requests,
        0,
      );
      assert.deepEqual(report.disagreements, []);
      assert.equal(report.all.outcomes.success, 120);
      assert.equal(counted, 120);
      await until(
        'Prometheus has them',
        async () => (await value(stack.prometheus, 'sum(gte_task_requests_total)')) === 120,
      );
      const reconciled = await stack.run('reconcile', '--log', stack.log);
      assert.deepEqual([reconciled.agrees, reconciled.logged, reconciled.counted], [true, 120, 120]);
    },
  );

  await t.test('When clients hang up, then they are set apart and the rest still agrees', async () => {
    const body = JSON.stringify({ task_type: 'embedding', input_text: SENTENCE.repeat(300) });
    const headers = { 'content-type': 'application/json' };
    for (let i = 0; i < 5; i++)
      await fetch(`${stack.nginx.origin}/predict`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(40),
      }).catch(() => undefined);
    const lines = 120 + 5;
    await until('nginx has logged them', async () => (await stack.nginx.log(0)).length >= lines);
    const reconciled = await stack.run('reconcile', '--log', stack.log);
    assert.equal(reconciled.agrees, true, JSON.stringify(reconciled));
    assert.ok(reconciled.hungUp.logged >= 1, JSON.stringify(reconciled.hungUp));
  });

  await t.test('When nothing happens, then gte why says that nothing changed', () =>
    assertVerdict(stack, () => steady(stack, stack.short), 'nothing'),
  );

  await t.test('When texts get longer, then gte why finds that', () =>
    assertVerdict(stack, () => steady(stack, stack.long), 'slower length'),
  );

  await t.test('When a burst fills the queue, then gte why finds traffic', () => {
    const burst = async () => {
      await sleep(1000);
      await load(stack, '--file', stack.short, '--rate', '200', '--duration', '2s');
    };
    return assertVerdict(stack, () => Promise.all([steady(stack, stack.short), burst()]), 'slower traffic');
  });

  await t.test('When one worker is slow, then gte why finds it', async () => {
    const slot = (await stack.service.workers()).find((row) => row.slot === 1);
    assert.ok(slot);
    // Shorter than one request: each request of this worker takes several times as long.
    const starved = { frozenMs: 30, runningMs: 5 };
    await assertVerdict(stack, () => pulse(slot.pid, starved, steady(stack, stack.short)), 'slower worker');
    const { stalling } = await verdict(stack, () =>
      pulse(slot.pid, { frozenMs: 900, runningMs: 100 }, steady(stack, stack.short)),
    );
    assert.deepEqual(
      stalling.map((row: { slot: string }) => row.slot),
      ['1'],
    );
  });

  await t.test('When other programs take the CPU, then gte why finds that', () =>
    assertVerdict(
      stack,
      () => withHogs(2 * availableParallelism(), steady(stack, stack.short)),
      'slower cpu',
    ),
  );

  await t.test('When a reload brings a slower model, then gte why finds that', async () => {
    let round = 0;
    await assertVerdict(
      stack,
      () => steady(stack, stack.short),
      'slower model',
      async () => {
        round += 1;
        const version = `slow-${round}`;
        await writeLoopingModel(stack.model, { fromTokens: 0, turns: 10_000 * round, version });
        stack.service.primary.kill('SIGUSR2');
        await until('the workers have it', async () => {
          const text = await (await fetch(`${stack.service.metricsUrl}/metrics`)).text();
          const loaded = [...text.matchAll(/^gte_model_info\{.*version="([^"]+)"/gm)].map(
            ([, found]) => found,
          );
          return loaded.length > 0 && loaded.every((found) => found === version);
        });
        await sleep(1500); // until the last restart is pushed and scraped
      },
    );
  });

  await t.test('When a baseline is taken and the status asked for, then both know what ran', async () => {
    const { tasks } = await stack.run('baseline', '--window', '1m');
    assert.ok(
      tasks.some(
        ({ task, whole }: { task: string; whole: { p95: number } }) => task === 'ner' && whole.p95 > 0,
      ),
    );
    const { rates, workers } = await stack.run('status');
    assert.deepEqual([workers.ready, workers.desired], [2, 2]);
    assert.ok(
      rates.some(
        ({ task, perSecond }: { task: string; perSecond: number }) => task === 'ner' && perSecond > 0,
      ),
    );
  });
});

test('When bin/gte runs from the built checkout, then it knows the commands', () => {
  const { status, stdout } = spawnSync(join(root, 'bin/gte'), ['--help'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}why +why a task got slower or started to fail$/m);
});

test('When the checkout is not built, then bin/gte says what to do', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-bin-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'bin'));
  copyFileSync(join(root, 'bin/gte'), join(folder, 'bin/gte'));
  const { status, stderr } = spawnSync(join(folder, 'bin/gte'), ['status'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  assert.equal(status, 69);
  assert.match(stderr, /not built yet; run: cd .* && npm ci && npm run build/);
});
