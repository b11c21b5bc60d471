import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Service, startService } from '../service.ts';

describe('methods', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY']) {
    test(`When ${method} /predict is sent, then 405 allows POST`, async () => {
      const answer = await service.send(method, '/predict');
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.allow, 'POST');
      if (method === 'HEAD') return assert.equal(answer.text, '');
      assert.deepEqual(answer.json, {
        error: 'method not allowed; use POST',
        code: 'method_not_allowed',
        request_id: answer.headers['x-request-id'],
      });
    });
  }

  test('When a method that no route has meets each route, then 405 with the methods it has', async () => {
    for (const { path, method } of service.routes) {
      const answer = await service.send('MKCOL', path);
      assert.equal(answer.status, 405, path);
      assert.equal(answer.headers.allow, method === 'GET' ? 'GET, HEAD' : method, path);
    }
  });

  test('When OPTIONS is sent, then 204 with Allow and no permission for other origins', async () => {
    const headers = { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST' };
    for (const [path, allow] of [
      ['/predict', 'POST'],
      ['/info', 'GET, HEAD'],
    ] as const) {
      const answer = await service.send('OPTIONS', path, { headers });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.allow, allow);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
  });

  test('When HEAD is sent to a GET route, then the headers are those of GET, without a body', async () => {
    for (const path of ['/', '/info', '/healthz', '/readyz', '/openapi.json', '/docs']) {
      const [head, get] = [await service.send('HEAD', path), await service.send('GET', path)];
      assert.equal(head.status, 200, path);
      assert.equal(head.text, '');
      assert.equal(head.headers['content-length'], get.headers['content-length'], path);
      assert.equal(head.headers['content-type'], get.headers['content-type'], path);
    }
  });

  for (const path of [
    '/nothing',
    '/predict/',
    '/Predict',
    '//predict',
    '/predict/../info/x',
    '/%70redict',
    '/metrics',
    '/workers',
    '/admin',
    '/..%2f..%2fetc%2fpasswd',
    '/page/../../package.json',
    '/%E0%A4%A',
    '/%00',
    `/${'x'.repeat(8000)}`,
  ]) {
    test(`When ${path.slice(0, 40)} is asked, then 404 in the API's error shape`, async () => {
      for (const method of ['GET', 'POST', 'PROPFIND']) {
        const answer = await service.send(method, path);
        assert.equal(answer.status, 404, answer.text.slice(0, 200));
        assert.equal(answer.json.code, 'not_found');
        assert.equal(answer.json.error, 'no such path; see /docs');
        assert.equal(answer.headers['x-task-type'], undefined);
      }
    });
  }

  test('When a path carries a query, then it does not matter', async () => {
    const body = JSON.stringify({ task_type: 'sentiment', input_text: '很好' });
    const headers = { 'Content-Type': 'application/json' };
    assert.equal((await service.send('POST', '/predict?x=1', { headers, body })).status, 200);
    assert.equal((await service.send('GET', '/healthz?x=%')).status, 200);
  });
});
