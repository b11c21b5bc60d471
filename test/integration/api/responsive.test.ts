import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService, until } from '../service.ts';

test('When 512-token embeddings are computed, then /healthz is answered while one is under way', async (t) => {
  const service = await startService();
  t.after(() => service.close());
  let answered = 0;
  const requests = Array.from({ length: 8 }, async () => {
    const answer = await service.predict({ task_type: 'embedding', input_text: '向'.repeat(600) });
    answered += 1;
    assert.equal(answer.status, 200);
    assert.equal(answer.json.truncated, true);
  });
  await until(() => service.engine.queue.depth > 0);
  const health = await service.send('GET', '/healthz');
  assert.equal(health.status, 200);
  assert.ok(answered < requests.length, 'all embeddings were answered before /healthz was');
  await Promise.all(requests);
});
