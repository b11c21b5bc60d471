import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { notificationOf, relayTo } from './relay.ts';

async function relay(t: TestContext) {
  const started = await relayTo([]);
  t.after(() => started.stop(0));
  return started;
}

test('When the body is not what Alertmanager posts, then the answer is 400 and it is counted', async (t) => {
  const { post, metric } = await relay(t);
  for (const body of ['', '{', '[]', '{}', JSON.stringify({ ...notificationOf({}), version: '5' })])
    assert.equal((await post(body)).status, 400, body);
  assert.equal(await metric('alert_relay_received_total{result="invalid"}'), 5);
});

test('When the body is larger than a mebibyte, then the answer is 400', async (t) => {
  const { post } = await relay(t);
  assert.equal((await post(notificationOf({ annotations: { summary: 'x'.repeat(2 ** 20) } }))).status, 400);
});

test('When a browser could have sent it from another page, then the answer is 415', async (t) => {
  const { post } = await relay(t);
  assert.equal((await post(notificationOf({}), 'text/plain')).status, 415);
});

test('When no robot is set, then notifications are still taken and counted', async (t) => {
  const { post, metric } = await relay(t);
  assert.equal((await post(notificationOf({}))).status, 200);
  assert.equal(await metric('alert_relay_received_total{result="taken"}'), 1);
});

test('When the method or path is another, then the answer is 405 or 404', async (t) => {
  const { origin } = await relay(t);
  assert.equal((await fetch(`${origin}/alerts`)).status, 405);
  assert.equal((await fetch(`${origin}/metrics`, { method: 'POST' })).status, 405);
  assert.equal((await fetch(`${origin}/nothing`)).status, 404);
});

test('When a runbook is asked for, then its text comes, and nothing outside their folder', async (t) => {
  const { origin } = await relay(t);
  const page = await fetch(`${origin}/runbooks/GTE_ErrorRateHigh`);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(await page.text(), /GTE_ErrorRateHigh/);
  assert.match(await (await fetch(`${origin}/runbooks/`)).text(), /GTE_ErrorRateHigh\.md/);
  for (const path of ['nothing', '..%2f..%2fREADME', '../README', '%2e%2e/deploy'])
    assert.equal((await fetch(`${origin}/runbooks/${path}`)).status, 404, path);
});

test('When asked for its health, then the relay says ok', async (t) => {
  const { origin } = await relay(t);
  assert.equal(await (await fetch(`${origin}/healthz`)).text(), 'ok\n');
});
