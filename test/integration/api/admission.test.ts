import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Service, startService, until } from '../service.ts';

describe('admission to the queue', () => {
  let service: Service;
  before(async () => {
    service = await startService({
      GTE_QUEUE_TOKENS: '512',
      GTE_QUEUE_MS: '600000',
      GTE_DEADLINE_MS: '600000',
    });
  });
  after(() => service.close());

  /** Keeps the inference thread busy for seconds, as dozens of windows. */
  const LONG = { task_type: 'ner', input_text: '昨天任正非在深圳会见了客户代表。'.repeat(1000) };
  const SHORT = { task_type: 'sentiment', input_text: '服务很好，房间也很干净，下次还会再来住。' };

  /** Sends LONG and resolves once some of it waits in the queue; `hangUp` ends the connection. */
  async function occupy(): Promise<{ id: string; hangUp: () => Promise<void> }> {
    const id = `occupies-${Math.random().toString(36).slice(2)}`;
    const headers = { 'Content-Type': 'application/json', 'X-Request-Id': id };
    const long = request({
      port: service.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/predict',
      headers,
      agent: false,
    });
    long.on('error', () => undefined);
    long.end(JSON.stringify(LONG));
    await until(() => service.engine.queue.depth > 0);
    return {
      id,
      async hangUp() {
        long.destroy();
        await service.logged((line) => line.request_id === id && line.msg === 'request');
        await until(() => service.engine.queue.depth === 0);
      },
    };
  }

  test("When the client's own X-Timeout-Ms passes before an answer, then 504, counted as cancelled", async () => {
    const answer = await service.predict(LONG, { 'X-Timeout-Ms': '500' });
    assert.equal(answer.status, 504, answer.text);
    assert.equal(answer.json.error, 'not answered within 500 ms');
    assert.equal(answer.json.code, 'deadline');
    assert.equal(answer.headers['x-task-type'], 'ner');
    assert.equal(answer.headers['x-task-status'], 'cancelled');
    assert.match(String(answer.headers['server-timing']), /^tokenize;dur=[1-9]/);
    const metrics = await service.metrics();
    assert.equal(metrics.sum('gte_task_requests_total', { task_type: 'ner', status: 'cancelled' }), 1);
    assert.equal(metrics.sum('gte_task_requests_total', { status: 'error' }), 0);
    assert.equal(metrics.sum('gte_task_latency_seconds_count', { task_type: 'ner' }), 0);
    assert.equal(metrics.sum('gte_task_errors_total', { task_type: 'ner', code: 'cancelled' }), 1);
    assert.equal(metrics.sum('gte_active_requests'), 0);
    await until(() => service.engine.queue.depth === 0);
  });

  test('When the queue could not answer within X-Timeout-Ms, then 429 at once, with Retry-After, counted as cancelled', async () => {
    assert.equal((await service.predict(SHORT)).status, 200);
    const rejected = (await service.metrics()).sum('gte_task_requests_total', { status: 'rejected' });
    const busy = await occupy();
    const answer = await service.predict(LONG, { 'X-Timeout-Ms': '2000' });
    await busy.hangUp();
    assert.equal(answer.status, 429, answer.text);
    assert.equal(answer.json.code, 'overloaded');
    assert.equal(answer.json.error, 'the service is busy; try again later');
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal(answer.headers['x-task-type'], 'ner');
    assert.equal(answer.headers['x-task-status'], 'cancelled');
    const metrics = await service.metrics();
    assert.equal(metrics.sum('gte_task_requests_total', { status: 'rejected' }), rejected);
    assert.equal(metrics.sum('gte_queue_rejected_total'), 1);
    assert.equal(metrics.sum('gte_task_latency_seconds_count', { task_type: 'ner' }), 0);
  });

  test('When a text larger than GTE_QUEUE_TOKENS waits, then another gets 429, and short ones are answered in between', async () => {
    const before = (await service.metrics()).sum('gte_queue_rejected_total', { reason: 'full' });
    const busy = await occupy();
    assert.ok(service.engine.queue.tokens > 512);
    const [answer, short] = [await service.predict(LONG), await service.predict(SHORT)];
    assert.ok(service.engine.queue.tokens > 512);
    await busy.hangUp();
    assert.equal(answer.status, 429, answer.text);
    assert.equal(answer.headers['x-task-status'], 'rejected');
    assert.equal(short.status, 200, short.text);
    assert.equal((await service.metrics()).sum('gte_queue_rejected_total', { reason: 'full' }) - before, 1);
  });

  for (const given of ['0', '-5', '1.5', 'soon', '1e3', '1234567890', '5 ms']) {
    test(`When X-Timeout-Ms is ${given}, then 400 says what it must be`, async () => {
      const answer = await service.predict(SHORT, { 'X-Timeout-Ms': given });
      assert.equal(answer.status, 400);
      assert.equal(answer.json.error, 'X-Timeout-Ms is a whole number of milliseconds, 1 or more');
      assert.equal(answer.headers['x-task-status'], 'invalid');
    });
  }

  test('When X-Timeout-Ms is longer than the deadline of the service, then the deadline holds', async (t) => {
    const hurried = await startService({ GTE_DEADLINE_MS: '100' });
    t.after(() => hurried.close());
    const answer = await hurried.predict(LONG, { 'X-Timeout-Ms': '999999999' });
    assert.equal(answer.status, 504, answer.text);
    assert.equal(answer.json.error, 'not answered within 100 ms');
    assert.equal(answer.headers['x-task-status'], 'error');
    const metrics = await hurried.metrics();
    assert.equal(metrics.sum('gte_task_requests_total', { task_type: 'ner', status: 'error' }), 1);
    assert.equal(metrics.sum('gte_task_latency_seconds_count', { task_type: 'ner' }), 1);
    assert.equal(metrics.sum('gte_task_errors_total', { task_type: 'ner', code: 'deadline' }), 1);
  });

  test('When a client hangs up while its request waits, then it is cancelled and no longer run', async () => {
    const before = await service.metrics();
    const busy = await occupy();
    await busy.hangUp();
    const line = await service.logged(({ request_id, msg }) => request_id === busy.id && msg === 'request');
    assert.equal(line.code, 499);
    assert.equal(line.task_status, 'cancelled');
    const metrics = await service.metrics();
    const grown = (name: string, labels: Record<string, string>) =>
      metrics.sum(name, labels) - before.sum(name, labels);
    assert.equal(grown('gte_task_requests_total', { task_type: 'ner', status: 'cancelled' }), 1);
    assert.equal(grown('gte_cancelled_total', {}), 1);
    assert.equal(grown('http_requests_total', { route: '/predict', code: '499' }), 1);
    assert.equal(grown('gte_task_latency_seconds_count', { task_type: 'ner' }), 0);
    assert.equal(metrics.sum('gte_active_requests'), 0);
  });

  test('When a client hangs up in the middle of its body, then it counts as cancelled, of unknown type', async () => {
    const labels = { task_type: 'unknown', status: 'cancelled' };
    const before = (await service.metrics()).sum('gte_task_requests_total', labels);
    const socket = connect(service.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /predict HTTP/1.1\r\nHost: x\r\nX-Request-Id: hangs-up\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"task_type":',
      () => socket.destroy(),
    );
    const line = await service.logged(
      ({ request_id, msg }) => request_id === 'hangs-up' && msg === 'request',
    );
    assert.equal(line.code, 499);
    assert.equal((await service.metrics()).sum('gte_task_requests_total', labels) - before, 1);
  });

  test('When the queue is closed at the end of a drain, then what still comes is refused', async (t) => {
    const leaving = await startService();
    t.after(() => leaving.close());
    leaving.engine.refuse();
    const answer = await leaving.predict(SHORT);
    assert.equal(answer.status, 429);
    assert.equal((await leaving.metrics()).sum('gte_queue_rejected_total', { reason: 'closed' }), 1);
  });

  test('When requests were refused, expired and cancelled, then no error was logged', () => {
    assert.deepEqual(
      service.logs.filter((line) => Number(line.level) >= 40),
      [],
    );
  });
});
