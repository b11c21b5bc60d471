import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { startService, until } from '../service.ts';

const ROUNDS = 8;

test('When /healthz is asked while a 512-token embedding is computed, then it is answered before that is', async (t) => {
  const service = await startService();
  t.after(() => service.close());
  let healthFirst = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const order: string[] = [];
    const embedding = service.predict({ task_type: 'embedding', input_text: '向'.repeat(600) });
    const embedded = embedding.finally(() => order.push('embedding'));
    // Never to be seen if the main thread computed it.
    await until(() => service.engine.queue.running !== undefined);
    const health = await service.send('GET', '/healthz');
    order.push('health');
    assert.equal(health.status, 200);
    assert.equal((await embedded).json.truncated, true);
    if (order[0] === 'health') healthFirst += 1;
  }
  // The scheduler may keep this thread waiting once or twice; a loop that is blocked makes it none.
  assert.ok(healthFirst > ROUNDS / 2, `${healthFirst} of ${ROUNDS}`);
});

test('When the model is loaded, then its thread alone gives way to the others', async (t) => {
  const priorities = () =>
    readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)) - getPriority(process.pid));
  assert.deepEqual(
    priorities().filter((steps) => steps !== 0),
    [],
  );
  const service = await startService();
  t.after(() => service.close());
  assert.deepEqual(
    priorities().filter((steps) => steps !== 0),
    [4],
  );
});
