import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Service, startService } from '../service.ts';

describe('headers', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  const GOOD = { task_type: 'sentiment', input_text: '服务很好' };

  for (const id of ['abcdefgh', 'A-Z_09-z', 'x'.repeat(64)]) {
    test(`When X-Request-Id is ${id}, then it is kept, in the answer and in the log`, async () => {
      const answer = await service.predict(GOOD, { 'X-Request-Id': id });
      assert.equal(answer.headers['x-request-id'], id);
      assert.equal((await service.logged((line) => line.request_id === id)).route, '/predict');
    });
  }

  for (const id of [
    'short',
    'x'.repeat(65),
    'with space',
    'quote"quote',
    'new%0aline',
    '<script>alert(1)</script>',
    '',
  ]) {
    test(`When X-Request-Id is ${JSON.stringify(id)}, then the service makes one of its own`, async () => {
      const answer = await service.predict(GOOD, { 'X-Request-Id': id });
      assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      if (id !== '')
        assert.ok(
          !service.logs.some((line) => JSON.stringify(line).includes(JSON.stringify(id).slice(1, -1))),
        );
    });
  }

  test('When two requests come without X-Request-Id, then theirs differ', async () => {
    const [a, b] = await Promise.all([service.send('GET', '/healthz'), service.send('GET', '/healthz')]);
    assert.notEqual(a.headers['x-request-id'], b.headers['x-request-id']);
  });

  /** Milliseconds by stage. */
  function timing(header: unknown): Record<string, number> {
    const entries = String(header)
      .split(', ')
      .map((entry) => /^(\w+);dur=(\d+\.\d\d)$/.exec(entry));
    return Object.fromEntries(entries.map((match) => [match?.[1], Number(match?.[2])]));
  }

  test('When a prediction is answered, then Server-Timing has the four stages, with time spent on inference', async () => {
    const answer = await service.predict(GOOD);
    const stages = timing(answer.headers['server-timing']);
    assert.deepEqual(Object.keys(stages), ['tokenize', 'queue', 'infer', 'decode']);
    assert.ok((stages.infer ?? 0) > 0);
  });

  test('When a prediction is refused, then Server-Timing has the four stages too', async () => {
    for (const body of [{ task_type: 'ner' }, { task_type: 'nothing' }, []]) {
      const answer = await service.predict(body);
      assert.equal(answer.status, 400);
      assert.deepEqual(timing(answer.headers['server-timing']), {
        tokenize: 0,
        queue: 0,
        infer: 0,
        decode: 0,
      });
    }
  });

  test('When anything is answered, then the security headers are there and no cookie is set', async () => {
    const answers = await Promise.all([
      service.predict(GOOD),
      service.predict({}),
      ...['/', '/page/app.js', '/docs', '/info', '/healthz', '/nothing'].map((path) =>
        service.send('GET', path),
      ),
      service.send('DELETE', '/predict'),
    ]);
    for (const { headers } of answers) {
      assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self'; /);
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(headers['set-cookie'], undefined);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });

  test('When an answer is not a file, then nobody may store it; a file is asked for again by its ETag', async () => {
    for (const answer of [
      await service.predict(GOOD),
      await service.predict({}),
      await service.send('GET', '/info'),
    ])
      assert.equal(answer.headers['cache-control'], 'no-store, max-age=0');
    const page = await service.send('GET', '/');
    assert.equal(page.headers['cache-control'], 'no-cache');
    const etag = String(page.headers.etag);
    const again = await service.send('GET', '/', { headers: { 'If-None-Match': etag } });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    assert.equal((await service.send('GET', '/', { headers: { 'If-None-Match': '"other"' } })).status, 200);
  });

  test('When the page and its parts are asked for, then each has the type of its kind', async () => {
    for (const [path, type] of [
      ['/', 'text/html; charset=utf-8'],
      ['/page/app.js', 'text/javascript; charset=utf-8'],
      ['/styles/page.css', 'text/css; charset=utf-8'],
      ['/favicon.svg', 'image/svg+xml'],
      ['/openapi.json', 'application/json; charset=utf-8'],
    ] as const) {
      const answer = await service.send('GET', path);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], type, path);
    }
  });
});
