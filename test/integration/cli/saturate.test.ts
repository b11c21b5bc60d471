import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gte } from './run-command.ts';
import { serveService } from './stand-in-service.ts';

const SATURATE = ['loadtest', '--rate', 'max', '--duration', '1s', '--connections', '1'];

test('When wrk saturates the service, then its answers are counted by task, status and who gave them', async (t) => {
  const { env } = await serveService(t, {
    delayMs: () => 5,
    status: (i) => [200, 200, 429, 500, 429][i % 5] as number,
    byProxy: (i) => i % 5 === 4,
  });
  const { code, stdout, stderr } = await gte([...SATURATE, '--task', 'ner', '--task', 'qa', '--json'], env);
  assert.equal(code, 0, stderr);
  const { tasks, all, byProxy, service } = JSON.parse(stdout);
  assert.deepEqual(
    tasks.map(({ task }: { task: string }) => task),
    ['ner', 'qa'],
  );
  const { success, error, rejected } = all.outcomes;
  assert.ok(error >= 5 && Math.abs(success - 2 * error) <= 2 && Math.abs(rejected - 2 * error) <= 2, stdout);
  assert.deepEqual(Object.keys(byProxy), ['429']);
  assert.ok(Math.abs(byProxy[429] - error) <= 1, stdout);
  // wrk does not wait for the last answer of each connection.
  const counted = service.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0);
  const extra = counted - (all.sent - byProxy[429]);
  assert.ok(extra === 0 || extra === 1, `${extra}`);
  assert.match(stderr, /^load \d+ % /m);
});

test('When one task is saturated, then its latencies are shown beside it', async (t) => {
  const { env } = await serveService(t, { delayMs: () => 5 });
  const { stdout } = await gte([...SATURATE, '--task', 'ner'], env);
  assert.match(stdout, /^ner\s+\d+\s+\d+\s+0\s+0\s+0\s+0\s+\d+(\.\d+)?\s+\d/m);
  assert.doesNotMatch(stdout, /^all /m);
});

test('When the seed is repeated, then wrk sends the same requests in the same order', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-cli-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'requests.jsonl');
  const lines = Array.from({ length: 100 }, (_, i) =>
    JSON.stringify({ task_type: 'ner', input_text: `${i}` }),
  );
  writeFileSync(file, lines.join('\n'));
  const firstTen = async (seed: string) => {
    const texts: unknown[] = [];
    const { env } = await serveService(t, {
      delayMs: () => 5,
      result: ({ input_text }) => {
        texts.push(input_text);
        return [];
      },
    });
    await gte([...SATURATE, '--file', file, '--seed', seed], env);
    return texts.slice(0, 10);
  };
  const [one, again, other] = [await firstTen('1'), await firstTen('1'), await firstTen('2')];
  assert.equal(one.length, 10);
  assert.deepEqual(again, one);
  assert.notDeepEqual(other, one);
});

test('When the time-out or even arrivals are asked of wrk, which knows neither, then that is said', async () => {
  for (const option of [['--timeout', '1s'], ['--even']])
    assert.match((await gte([...SATURATE, ...option])).stderr, /--(timeout|even) needs a rate/);
});
