import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { type Service, startService } from '../service.ts';

const { version, dependencies } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string; dependencies: Record<string, string> };

describe('routes about the service', () => {
  let service: Service;
  before(async () => {
    service = await startService({ GTE_DEADLINE_MS: '7000', GTE_QUEUE_TOKENS: '1024' });
  });
  after(() => service.close());

  test('When /info is asked, then it names model, tasks, limits and build', async () => {
    const { status, json } = await service.send('GET', '/info');
    assert.equal(status, 200);
    assert.equal(json.name, 'gte-serve');
    assert.equal(json.version, version);
    const { manifest } = service;
    assert.equal(json.model.name, manifest.name);
    assert.equal(json.model.version, manifest.version);
    assert.deepEqual(
      json.tasks.map(({ type }: { type: string }) => type),
      TASK_TYPES,
    );
    assert.ok(json.tasks.every(({ available }: { available: boolean }) => available));
    const ner = json.tasks.find(({ type }: { type: string }) => type === 'ner');
    assert.deepEqual(ner.schemes, ['default', 'cluener', 'msra', 'boson']);
    const classification = json.tasks.find(({ type }: { type: string }) => type === 'classification');
    assert.deepEqual(classification.schemes, ['topic', 'news']);
    assert.deepEqual(json.limits, {
      input_text_code_points: 20_000,
      body_bytes: 262_144,
      deadline_ms: 7000,
      queue_tokens: 1024,
    });
    assert.equal(json.build.node, process.version);
    assert.equal(json.build['onnxruntime-node'], dependencies['onnxruntime-node']);
  });

  test('When the service runs, then it is alive and ready', async () => {
    const alive = await service.send('GET', '/healthz');
    assert.deepEqual([alive.status, alive.json], [200, { status: 'ok' }]);
    const ready = await service.send('GET', '/readyz');
    assert.deepEqual([ready.status, ready.json], [200, { status: 'ready' }]);
  });

  test('When probes ask, then the access log has them at level debug only', async () => {
    const { headers } = await service.send('GET', '/healthz');
    const line = await service.logged(({ request_id }) => request_id === headers['x-request-id']);
    assert.equal(line.level, 20);
  });

  test('When the worker drains, then it is alive, not ready with the reason, answers, and closes connections', async (t) => {
    const draining = await startService();
    t.after(() => draining.close());
    draining.drain();
    const ready = await draining.send('GET', '/readyz');
    assert.equal(ready.status, 503);
    assert.equal(ready.json.error, 'the worker is draining');
    assert.equal(ready.json.code, 'not_ready');
    assert.equal(ready.headers['retry-after'], '1');
    assert.equal((await draining.send('GET', '/healthz')).status, 200);
    const answer = await draining.predict({ task_type: 'sentiment', input_text: '很好' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.connection, 'close');
  });
});
