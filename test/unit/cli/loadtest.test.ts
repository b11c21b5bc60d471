import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { schedule } from '../../../src/cli/loadtest/arrivals.ts';
import { createRecorder } from '../../../src/cli/loadtest/recorder.ts';
import { parseResult } from '../../../src/cli/loadtest/saturate.ts';
import { countsBetween } from '../../../src/cli/loadtest/service-view.ts';
import { createWorkload, loadBodies } from '../../../src/cli/loadtest/workload.ts';
import { parseExposition } from '../../../src/cli/sources/exposition.ts';
import { createRandom } from '../../../src/cli/stats/random.ts';
import { TASK_TYPES } from '../../../src/task-types.ts';

test('When requests are even, then they are due at equal distances', () => {
  assert.deepEqual([...schedule(4, 1000, 'even', Math.random)], [0, 250, 500, 750]);
});

test('When arrivals are random, then gaps are exponential: mean and deviation are equal, the rate is as asked for', () => {
  const due = [...schedule(100, 100_000, 'poisson', createRandom(3))];
  assert.ok(Math.abs(due.length - 10_000) < 300, `${due.length}`);
  const gaps = due.slice(1).map((at, i) => at - (due[i] as number));
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  assert.ok(Math.abs(deviation / mean - 1) < 0.05, `${deviation} ${mean}`);
});

test('When latencies are recorded, then percentiles keep three digits, a time-out is as long as it was waited for, and refusals are no latencies', () => {
  const recorder = createRecorder();
  for (let i = 1; i <= 1000; i++) recorder.record('ner', 'success', i / 1000);
  recorder.record('ner', 'rejected', 0.0001);
  recorder.record('qa', 'no_answer', 30);
  recorder.record('event', 'no_answer', undefined);
  const { tasks, all } = recorder.results();
  const [event, ner, qa] = tasks;
  assert.ok(Math.abs((ner?.latency.p95 ?? 0) - 0.95) < 0.002);
  assert.ok(Math.abs((ner?.latency.max ?? 0) - 1) < 0.002);
  assert.equal(ner?.sent, 1001);
  assert.ok(Number.isNaN(event?.latency.p50));
  assert.ok(Math.abs((qa?.latency.p50 ?? 0) - 30) < 0.03);
  assert.deepEqual(all.outcomes, { success: 1000, error: 0, invalid: 0, rejected: 1, no_answer: 2 });
});

test('When the built-in mix is used, then every task is in it, by the same seed in the same order', () => {
  const bodies = loadBodies({ tasks: [] });
  assert.deepEqual([...new Set(bodies.map(({ task }) => task))].sort(), [...TASK_TYPES].sort());
  const [a, b] = [createWorkload(bodies, createRandom(5)), createWorkload(bodies, createRandom(5))];
  for (let i = 0; i < 100; i++) assert.equal(a(), b());
});

test('When a task is named, then only its requests are sent; when nobody knows it, then the known ones are listed', () => {
  assert.deepEqual([...new Set(loadBodies({ tasks: ['qa'] }).map(({ task }) => task))], ['qa']);
  assert.throws(() => loadBodies({ tasks: ['poetry'] }), /--task poetry: there is ner, /);
});

function inFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gte-cli-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'requests.jsonl'), text);
  return join(folder, 'requests.jsonl');
}

test('When a file is given, then each line is a request; when a line is none, then it is named', (t) => {
  const good = inFile(
    t,
    '{"task_type":"ner","input_text":"甲"}\n\n{"task_type":"qa","context":"甲","question":"乙"}\n',
  );
  assert.deepEqual(
    loadBodies({ file: good, tasks: [] }).map(({ task }) => task),
    ['ner', 'qa'],
  );
  const bad = inFile(t, '{"task_type":"ner","input_text":"甲"}\n["ner"]\n');
  assert.throws(
    () => loadBodies({ file: bad, tasks: [] }),
    /requests\.jsonl:2 is not a JSON object with task_type/,
  );
});

test('When wrk has ended, then answers of all its threads are summed by task and status', () => {
  const { tasks, all, seconds, byProxy } = parseResult(
    'total\t7\t2000000\t100000\t200000\t300000\t400000\t2\nner\tsuccess\t3\nner\terror\t1\n-\t429\t1\n\nner\tsuccess\t1\n-\t429\t1\n-\t502\t1\n',
  );
  assert.equal(seconds, 2);
  assert.deepEqual(byProxy, { 429: 2, 502: 1 });
  assert.deepEqual(
    tasks.map(({ task, outcomes }) => [task, outcomes.success, outcomes.error]),
    [['ner', 4, 1]],
  );
  assert.ok(Number.isNaN(tasks[0]?.latency.p95), 'the proxy answered some of what wrk timed');
  assert.deepEqual(
    [all.sent, all.outcomes.no_answer, all.outcomes.rejected, all.latency.p95],
    [10, 2, 2, 0.2],
  );
});

test('When wrk sent requests of one task only, then its latencies are those of the task', () => {
  const { tasks } = parseResult('total\t4\t1000000\t100000\t200000\t300000\t400000\t1\nner\tsuccess\t4\n');
  assert.deepEqual(
    tasks.map(({ task, sent, latency }) => [task, sent, latency.p95]),
    [['ner', 5, 0.2]],
  );
});

test('When counters are read twice, then the difference is what the service counted in between', () => {
  const at = (success: number, half: number) =>
    parseExposition(`# HELP x y
gte_task_requests_total{task_type="ner",status="success"} ${success}
gte_task_requests_total{task_type="qa",status="success"} 9
gte_task_latency_seconds_bucket{le="0.1",task_type="ner"} ${half}
gte_task_latency_seconds_bucket{le="+Inf",task_type="ner"} ${success}
`);
  const [only, ...others] = countsBetween(at(10, 5), at(30, 25));
  assert.deepEqual(others, []);
  assert.equal(only?.requests, 20);
  assert.ok(Math.abs((only?.p50 ?? 0) - 0.05) < 1e-9);
});

test('When a label holds quotes, commas and backslashes, then it is read as it was', () => {
  const [sample] = parseExposition('m{a="x\\"y,z=\\"\\\\",b="é\\n"} 1.5e3\n');
  assert.deepEqual(sample, { name: 'm', labels: { a: 'x"y,z="\\', b: 'é\n' }, value: 1500 });
});
