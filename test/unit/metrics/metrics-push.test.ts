import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, type TestContext, test } from 'node:test';
import { Counter, Registry } from 'prom-client';
import type { WorkerMessage } from '../../../src/ipc.ts';
import { createMetricsPush } from '../../../src/worker/metrics-push.ts';

type Sent = WorkerMessage & { type: 'metrics' };

function start(t: TestContext, delivered: () => Promise<void> = () => Promise.resolve()) {
  const registry = new Registry();
  const counter = new Counter({ name: 'a_total', help: 'A.', registers: [registry] });
  const sent: Sent[] = [];
  const push = createMetricsPush([{ registry, labels: {} }], (message) => {
    sent.push(message as Sent);
    return delivered();
  });
  t.after(() => push.stop());
  const increments = () =>
    sent.flatMap(({ push }) =>
      push.metrics.flatMap(({ samples }) => samples.map(([, value]) => value as number)),
    );
  return { counter, sent, push, increments };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('metrics push', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'setTimeout'] }));
  afterEach(() => mock.timers.reset());

  test('When it is created, then the first series are pushed at once', (t) => {
    assert.deepEqual(start(t).increments(), [0]);
  });

  test('When 250 ms pass, then what changed is pushed, and a push is sent even if nothing did', async (t) => {
    const { counter, sent, increments } = start(t);
    await settled();
    counter.inc(5);
    mock.timers.tick(250);
    await settled();
    mock.timers.tick(250);
    assert.deepEqual(increments(), [0, 5]);
    assert.equal(sent.length, 3);
  });

  test('When the primary does not take a push, then no other is queued, and the next one has everything', async (t) => {
    let take: () => void = () => undefined;
    const { counter, sent, increments } = start(t, () => new Promise((resolve) => (take = resolve)));
    counter.inc(1);
    mock.timers.tick(1000);
    counter.inc(2);
    assert.equal(sent.length, 1);
    take();
    await settled();
    mock.timers.tick(250);
    assert.deepEqual(increments(), [0, 3]);
  });

  test('When flushed, then the last changes go out as final, and it waits for the acknowledgement', async (t) => {
    const { counter, sent, push } = start(t);
    counter.inc(4);
    let flushed = false;
    const done = push.flush().then(() => (flushed = true));
    await settled();
    assert.equal(sent.at(-1)?.final, true);
    assert.equal(flushed, false);
    push.acknowledged();
    await done;
  });

  test('When the primary never acknowledges, then flush ends at its limit', async (t) => {
    const { push } = start(t);
    const done = push.flush();
    await settled();
    mock.timers.tick(1000);
    await done;
  });

  test('When the channel breaks, then flush does not reject', async (t) => {
    const { push } = start(t, () => Promise.reject(new Error('EPIPE')));
    const done = push.flush();
    await settled();
    mock.timers.tick(1000);
    await done;
  });

  test('When the process exits, then what changed since the last push is sent', (t) => {
    const { counter, increments } = start(t);
    counter.inc(7);
    process.listeners('exit').at(-1)?.(0);
    assert.deepEqual(increments(), [0, 7]);
  });
});
