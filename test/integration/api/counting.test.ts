import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { type Answer, type Service, startService } from '../service.ts';

describe('counting', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  const JSON_TYPE = { 'Content-Type': 'application/json' };
  const STATUSES = ['success', 'error', 'invalid', 'rejected', 'cancelled'];

  /** Counts by "task_type status", zeros left out. */
  async function counts(): Promise<Record<string, number>> {
    const found = (await service.metrics()).find('gte_task_requests_total');
    return Object.fromEntries(
      found
        .filter(({ value }) => value > 0)
        .map(({ labels, value }) => [`${labels.task_type} ${labels.status}`, value]),
    );
  }

  test('When nothing has been asked yet, then every task × status is there and 0', async () => {
    const found = (await service.metrics()).find('gte_task_requests_total');
    assert.deepEqual(
      found.map(({ labels }) => `${labels.task_type} ${labels.status}`).sort(),
      [...TASK_TYPES, 'unknown'].flatMap((task) => STATUSES.map((status) => `${task} ${status}`)).sort(),
    );
    assert.deepEqual(await counts(), {});
  });

  test('When POST /predict comes in every form, then each counts once, as its headers say', async () => {
    const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
      service.send('POST', '/predict', { headers, body });
    const answers = await Promise.all([
      service.predict({ task_type: 'ner', input_text: '任正非在深圳' }),
      service.predict({ task_type: 'ner', input_text: '任正非在深圳' }),
      service.predict({ task_type: 'similarity', text_a: '你好', text_b: '您好' }),
      service.predict({ task_type: 'ner', input_text: '' }),
      service.predict({ task_type: 'qa', input_text: '没有问题' }),
      service.predict({ task_type: 'summary', input_text: '你好' }),
      service.predict({ task_type: 'ner', input_text: '你好' }, { 'X-Timeout-Ms': 'soon' }),
      service.predict([]),
      post('{"task_type":"ner"'),
      post(''),
      post('x'.repeat(300_000)),
      post('{}', { 'Content-Type': 'text/plain' }),
      post(Buffer.from([0xff]).toString('latin1')),
    ]);
    const told: Record<string, number> = {};
    for (const { headers } of answers as Answer[]) {
      const key = `${headers['x-task-type']} ${headers['x-task-status']}`;
      told[key] = (told[key] ?? 0) + 1;
    }
    assert.deepEqual(await counts(), told);
    assert.deepEqual(told, {
      'ner success': 2,
      'similarity success': 1,
      'ner invalid': 1,
      'qa invalid': 1,
      'unknown invalid': 8,
    });
    const metrics = await service.metrics();
    const byCode = (code: string) =>
      metrics.sum('http_requests_total', { method: 'POST', route: '/predict', code });
    assert.deepEqual([byCode('200'), byCode('400'), byCode('413'), byCode('415')], [3, 8, 1, 1]);
    assert.equal(metrics.sum('gte_task_errors_total', { code: 'validation' }), 8);
    assert.equal(metrics.sum('gte_task_errors_total', { task_type: 'unknown', code: 'too_large' }), 1);
    assert.equal(metrics.sum('gte_task_errors_total', { task_type: 'unknown', code: 'unsupported_type' }), 1);
  });

  test('When other routes and methods are asked, then no prediction is counted', async () => {
    const before = await counts();
    await service.send('GET', '/predict');
    await service.send('POST', '/predict/', { headers: JSON_TYPE, body: '{}' });
    await service.send('POST', '/info', { headers: JSON_TYPE, body: '{}' });
    await service.send('GET', '/info');
    assert.deepEqual(await counts(), before);
  });

  test('When requests are hostile, then no series appears that was not foreseen', async () => {
    const hostile = Array.from({ length: 20 }, (_, i) => `x${i}`);
    for (const x of hostile) {
      await service.predict({ task_type: x, input_text: '你好' });
      await service.predict({ task_type: 'classification', input_text: '你好', labels: [x, `${x}!`] });
      await service.predict({ task_type: 'ner', input_text: '任正非', scheme: x });
      await service.send('GET', `/${x}`);
      await service.send('GET', `/predict?${x}`);
      await service.send('POST', `/info/${x}`);
    }
    for (const method of ['PROPFIND', 'MKCOL', 'LOCK', 'SEARCH', 'PURGE'])
      await service.send(method, '/predict');
    const known = {
      task_type: new Set([...TASK_TYPES, 'unknown']),
      status: new Set(STATUSES),
      method: new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other']),
      route: new Set(['none', ...service.routes.map(({ path }) => path)]),
      code: /^(\d{3}|validation|too_large|unsupported_type)$/,
    };
    const { samples } = await service.metrics();
    for (const { name, labels } of samples) {
      for (const [label, value] of Object.entries(labels)) {
        assert.ok(!hostile.some((x) => value.includes(x)), `${name} ${label}="${value}"`);
        const allowed = known[label as keyof typeof known];
        if (allowed instanceof Set) assert.ok(allowed.has(value), `${name} ${label}="${value}"`);
        if (allowed instanceof RegExp) assert.match(value, allowed);
      }
    }
  });

  test('When a fault of ours comes up, then 500 without its words, counted as error, logged once with its cause', async (t) => {
    const broken = await startService();
    t.after(() => broken.close());
    const secret = 'ENOENT /srv/secret/path';
    broken.engine.extract = () => Promise.reject(new Error(secret));
    const answer = await broken.predict({ task_type: 'ner', input_text: '任正非' });
    assert.equal(answer.status, 500);
    assert.deepEqual(answer.json, {
      error: 'internal error',
      code: 'internal',
      request_id: answer.headers['x-request-id'],
    });
    assert.equal(answer.headers['x-task-status'], 'error');
    assert.equal(
      (await broken.metrics()).sum('gte_task_requests_total', { task_type: 'ner', status: 'error' }),
      1,
    );
    assert.equal(
      (await broken.metrics()).sum('gte_task_errors_total', { task_type: 'ner', code: 'internal' }),
      1,
    );
    assert.equal((await broken.metrics()).sum('gte_task_latency_seconds_count', { task_type: 'ner' }), 1);
    const errors = broken.logs.filter(({ level }) => Number(level) >= 50);
    assert.equal(errors.length, 1);
    assert.ok(JSON.stringify(errors).includes(secret));
    assert.equal(errors[0]?.request_id, answer.headers['x-request-id']);
  });
});
