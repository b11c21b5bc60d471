import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../../src/config.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';
import { checks } from '../../../src/stack/verify/checks.ts';

/** What the check of a prediction says to a service whose model has these tasks, and what it asked. */
async function predictionThrough(t: TestContext, available: readonly string[]) {
  const asked: string[] = [];
  const nginx = createServer(async (request, response) => {
    if (request.url === '/predict') asked.push(JSON.parse(await text(request)).task_type);
    const tasks = ['ner', 'sentiment', 'classification', 'embedding'].map((type) => ({
      type,
      available: available.includes(type),
    }));
    response.end(JSON.stringify(request.url === '/info' ? { tasks } : { model: 'm@1' }));
  });
  await once(nginx.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    nginx.closeAllConnections();
    nginx.close();
  });
  const settings = loadStackSettings({ NGINX_PORT: String((nginx.address() as AddressInfo).port) });
  const check = checks.find(({ what }) => what === 'a prediction through nginx');
  assert.ok(check);
  const paths = { root: '', etc: '', data: '', log: '' } as never;
  const said = await check.run({ config: loadConfig({}), settings, paths, components: [] });
  return { said, asked };
}

test('When the model has sentiment, then it is asked', async (t) => {
  const { said, asked } = await predictionThrough(t, ['ner', 'sentiment', 'embedding']);
  assert.deepEqual([said, asked], ['sentiment by m@1', ['sentiment']]);
});

test('When the model has no sentiment, then a task is asked that it has', async (t) => {
  assert.deepEqual((await predictionThrough(t, ['classification', 'embedding'])).asked, ['embedding']);
  assert.deepEqual((await predictionThrough(t, ['ner'])).asked, ['ner']);
});
