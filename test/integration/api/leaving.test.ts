import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService, until } from '../service.ts';

const LONG = { task_type: 'embedding', input_text: '向'.repeat(600) };

test('When the engine closes while a batch runs, then the batch is answered first and the process lives', async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const answer = service.predict(LONG);
  await until(() => service.engine.queue.running !== undefined);
  await service.engine.close();
  assert.equal((await answer).status, 200);
  assert.equal((await service.send('GET', '/healthz')).status, 200);
  const late = await service.predict(LONG);
  assert.equal(late.status, 429);
});

test('When the engine closes while requests wait, then these fail as errors, and nothing hangs', async (t) => {
  const service = await startService();
  t.after(() => service.close());
  const answers = Array.from({ length: 4 }, () => service.predict(LONG));
  await until(() => service.engine.queue.depth === 3);
  await service.engine.close();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual([...new Set(statuses)].sort(), [200, 500]);
});
