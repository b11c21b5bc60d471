import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Robot } from '../../../src/relay/robot.ts';
import { protocols } from '../../../src/relay/robots/index.ts';
import { createSender, type SenderOptions } from '../../../src/relay/sender.ts';
import { type Behaviour, dingtalkRobot, feishuRobot, startRobot, wecomRobot } from './fake-robots.ts';
import { createRelayMetrics, notificationOf, relayTo, until } from './relay.ts';

const TOKEN = 'tokentokentoken';
const SECRET = 'SECsecretsecret';

async function stage(
  t: TestContext,
  behave: Behaviour,
  robot: Omit<Robot, 'name' | 'url'> & { path?: string },
  options?: Partial<SenderOptions>,
) {
  const chat = await startRobot(behave);
  const { path = `/robot/send?access_token=${TOKEN}`, ...rest } = robot;
  const relay = await relayTo([{ name: 'oncall', url: chat.origin + path, ...rest }], options);
  t.after(async () => {
    chat.close();
    await relay.stop(0);
  });
  const ended = (result: string) =>
    relay.metric(`alert_relay_notifications_total{robot="oncall",result="${result}"}`);
  const attempts = (outcome: string) =>
    relay.metric(`alert_relay_attempts_total{robot="oncall",outcome="${outcome}"}`);
  return { chat, relay, ended, attempts };
}

test('When an alert fires, then a DingTalk robot gets signed markdown with task, value, time and runbook', async (t) => {
  const { chat, relay, ended } = await stage(t, dingtalkRobot({ token: TOKEN, secret: SECRET }), {
    kind: 'dingtalk',
    secret: SECRET,
  });
  assert.equal((await relay.post(notificationOf({}))).status, 200);
  await until(async () => (await ended('delivered')) === 1);
  const { title, text } = chat.body(0).markdown;
  assert.equal(title, '【告警】GTE_ErrorRateHigh（1 条触发）');
  for (const part of [
    '严重',
    '命名实体识别（ner）',
    '1.05%',
    '2024/5/1 10:03:04',
    '/runbooks/GTE_ErrorRateHigh',
  ])
    assert.ok(text.includes(part), `${part} in ${text}`);
});

test('When an alert is resolved, then the message says so, with its end and how long it lasted', async (t) => {
  const { chat, relay, ended } = await stage(t, dingtalkRobot({ token: TOKEN }), {
    kind: 'dingtalk',
    mentions: ['all'],
  });
  await relay.post(notificationOf({ status: 'resolved' }));
  await until(async () => (await ended('delivered')) === 1);
  const body = chat.body(0);
  assert.equal(body.markdown.title, '【恢复】GTE_ErrorRateHigh（1 条恢复）');
  assert.match(body.markdown.text, /恢复时间\*\*：2024\/5\/1 10:13:09，历时 10 分 5 秒/);
  assert.equal(body.at.isAtAll, false);
});

test('When a DingTalk robot demands a keyword, then the message has it', async (t) => {
  const { relay, ended } = await stage(t, dingtalkRobot({ token: TOKEN, keyword: '监控' }), {
    kind: 'dingtalk',
    keyword: '监控',
  });
  await relay.post(notificationOf({}));
  await until(async () => (await ended('delivered')) === 1);
});

test('When something critical fires, then the people named are called, and by a warning not', async (t) => {
  const { chat, relay, ended } = await stage(t, dingtalkRobot({ token: TOKEN }), {
    kind: 'dingtalk',
    mentions: ['13800000000'],
  });
  await relay.post(notificationOf({}));
  await relay.post(notificationOf({ labels: { severity: 'warning' } }));
  await until(async () => (await ended('delivered')) === 2);
  assert.deepEqual(chat.body(0).at, { atMobiles: ['13800000000'], isAtAll: false });
  assert.match(chat.body(0).markdown.text, /@13800000000/);
  assert.deepEqual(chat.body(1).at, { atMobiles: [], isAtAll: false });
});

test('When an alert fires, then a Feishu robot gets a card signed in its body, with its keyword', async (t) => {
  const { chat, relay, ended } = await stage(t, feishuRobot({ secret: SECRET, keyword: '监控' }), {
    kind: 'feishu',
    path: '/open-apis/bot/v2/hook/abcdefgh',
    secret: SECRET,
    keyword: '监控',
  });
  await relay.post(notificationOf({}));
  await until(async () => (await ended('delivered')) === 1);
  const { card } = chat.body(0);
  assert.equal(card.header.template, 'red');
  assert.equal(card.header.title.content, '监控 【告警】GTE_ErrorRateHigh（1 条触发）');
  assert.match(card.elements[0].content, /任务：命名实体识别（ner）/);
});

test('When sixty alerts fire at once, then a WeCom robot gets at most 4096 bytes, the urgent ones first, and the count of the rest', async (t) => {
  const { chat, relay, ended } = await stage(t, wecomRobot, {
    kind: 'wecom',
    path: '/cgi-bin/webhook/send?key=abcdefgh',
  });
  const many = Array.from({ length: 60 }, (_, i) => ({
    labels: { instance: `vm-${i}`, severity: i === 59 ? 'critical' : 'warning' },
  }));
  await relay.post(notificationOf(...many));
  await until(async () => (await ended('delivered')) === 1);
  const { content } = chat.body(0).markdown;
  const listed = content.match(/实例：/g).length;
  assert.ok(listed > 3 && listed < 60);
  assert.ok(content.indexOf('vm-59') < content.indexOf('vm-0'));
  assert.ok(content.endsWith(`……另有 ${60 - listed} 条告警未列出`), content);
});

test('When a robot is meant for critical alerts only, then it is told of those alone', async (t) => {
  const { chat, relay, ended } = await stage(t, dingtalkRobot({ token: TOKEN }), {
    kind: 'dingtalk',
    severities: ['critical'],
  });
  await relay.post(notificationOf({ labels: { severity: 'warning' } }));
  await relay.post(notificationOf({ labels: { severity: 'warning', task_type: 'qa' } }, {}));
  await until(async () => (await ended('delivered')) === 1);
  assert.equal(chat.received.length, 1);
  assert.doesNotMatch(chat.body(0).markdown.text, /qa/);
});

test('When the signature is wrong, then the robot refuses with HTTP 200, and that counts as a failure and is not tried again', async (t) => {
  const { chat, relay, ended } = await stage(t, dingtalkRobot({ token: TOKEN, secret: SECRET }), {
    kind: 'dingtalk',
    secret: 'SECanothersecret',
  });
  await relay.post(notificationOf({}));
  await until(async () => (await ended('refused')) === 1);
  assert.equal(await ended('delivered'), 0);
  assert.equal(chat.received.length, 1);
});

test('When Feishu says the signature is wrong, then that counts as a failure', async (t) => {
  const { relay, ended } = await stage(t, feishuRobot({ secret: SECRET }), {
    kind: 'feishu',
    path: '/hook/abcdefgh',
  });
  await relay.post(notificationOf({}));
  await until(async () => (await ended('refused')) === 1);
  assert.equal(await ended('delivered'), 0);
});

const PASSING: Record<
  string,
  { robot: Omit<Robot, 'name' | 'url'>; refusal: ReturnType<Behaviour>; ok: object }
> = {
  'DingTalk says too fast': {
    robot: { kind: 'dingtalk' },
    refusal: { errcode: 410100, errmsg: 'fast' },
    ok: { errcode: 0 },
  },
  'Feishu says too fast': {
    robot: { kind: 'feishu' },
    refusal: { code: 11232, msg: 'fast' },
    ok: { StatusCode: 0 },
  },
  'WeCom says too fast': {
    robot: { kind: 'wecom' },
    refusal: { errcode: 45009, errmsg: 'fast' },
    ok: { errcode: 0 },
  },
  'the answer is 502': { robot: { kind: 'wecom' }, refusal: 502, ok: { errcode: 0 } },
  'the answer is 429': { robot: { kind: 'wecom' }, refusal: 429, ok: { errcode: 0 } },
  'the connection breaks': { robot: { kind: 'wecom' }, refusal: 'reset', ok: { errcode: 0 } },
};
for (const [what, { robot, refusal, ok }] of Object.entries(PASSING)) {
  test(`When ${what} twice, then the message is sent a third time and delivered once`, async (t) => {
    const { chat, relay, ended } = await stage(t, (_, attempt) => (attempt <= 2 ? refusal : ok), robot);
    await relay.post(notificationOf({}));
    await until(async () => (await ended('delivered')) === 1);
    assert.equal(chat.received.length, 3);
    assert.equal(await ended('refused'), 0);
  });
}

test('When a robot answers 404 or no JSON, then the message is refused', async (t) => {
  const { relay, ended } = await stage(t, (_, attempt) => (attempt === 1 ? 404 : []), { kind: 'wecom' });
  await relay.post(notificationOf({}));
  await relay.post(notificationOf({}));
  await until(async () => (await ended('refused')) === 2);
});

test('When 25 notifications come at once, then a DingTalk robot gets 20 within the minute and 5 wait', async (t) => {
  const { chat, relay } = await stage(t, dingtalkRobot({ token: TOKEN }), { kind: 'dingtalk' });
  for (let i = 0; i < 25; i += 1) await relay.post(notificationOf({}));
  await chat.got(20);
  await until(async () => (await relay.metric('alert_relay_queue_depth{robot="oncall"}')) === 5);
  assert.equal(chat.received.length, 20);
});

test('When a robot does not answer and the queue is full, then the oldest messages are dropped and counted', async (t) => {
  const { chat, relay, ended } = await stage(t, () => 'hang', { kind: 'wecom' }, { maxQueued: 3 });
  await relay.post(notificationOf({}));
  await chat.got(1);
  for (let i = 0; i < 4; i += 1) await relay.post(notificationOf({}));
  assert.equal(await ended('dropped'), 2);
  assert.equal(await relay.metric('alert_relay_queue_depth{robot="oncall"}'), 3);
});

test('When a message could not be delivered until it is too old, then it is dropped and counted', async (t) => {
  const { relay, ended } = await stage(t, () => 503, { kind: 'wecom' }, { maxAgeMs: 0 });
  await relay.post(notificationOf({}));
  await until(async () => (await ended('dropped')) === 1);
});

test('When one robot is unreachable, then the other still gets the message', async (t) => {
  const good = await startRobot(wecomRobot);
  const relay = await relayTo([
    { name: 'gone', kind: 'dingtalk', url: 'http://127.0.0.1:1/robot/send?access_token=x' },
    { name: 'here', kind: 'wecom', url: `${good.origin}/send?key=x` },
  ]);
  t.after(async () => {
    good.close();
    await relay.stop(0);
  });
  await relay.post(notificationOf({}));
  await good.got(1);
  await until(
    async () => (await relay.metric('alert_relay_attempts_total{robot="gone",outcome="unreachable"}')) > 1,
  );
});

test('When the relay stops before all is sent, then each message left is logged and counted as dropped', async (t) => {
  const chat = await startRobot(() => 'hang');
  t.after(() => chat.close());
  const robot = { name: 'oncall', kind: 'wecom', url: `${chat.origin}/send?key=x` } as const;
  const metrics = createRelayMetrics([robot]);
  const lines: unknown[] = [];
  const logger = { error: (fields: unknown) => lines.push(fields) } as never;
  const sender = createSender(robot, protocols.wecom, { metrics, logger });
  for (const title of ['one', 'two']) sender.add({ title, tone: 'critical', blocks: [], mention: false });
  await chat.got(1);
  await sender.drain(0);
  assert.deepEqual(lines, [
    { robot: 'oncall', title: 'one' },
    { robot: 'oncall', title: 'two' },
  ]);
  const text = await metrics.registry.metrics();
  assert.match(text, /^alert_relay_notifications_total\{robot="oncall",result="dropped"\} 2$/m);
  assert.match(text, /^alert_relay_queue_depth\{robot="oncall"\} 0$/m);
});

test('When the relay is stopped while messages wait, then they are still sent', async (t) => {
  const chat = await startRobot(wecomRobot);
  t.after(() => chat.close());
  const relay = await relayTo([{ name: 'oncall', kind: 'wecom', url: `${chat.origin}/send?key=x` }]);
  for (let i = 0; i < 5; i += 1) await relay.post(notificationOf({}));
  await relay.stop(10_000);
  assert.equal(chat.received.length, 5);
});
