import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { dingtalkRobot, startRobot } from '../relay/fake-robots.ts';
import { relayTo } from '../relay/relay.ts';
import { startAlertmanager } from './alertmanager.ts';

const file = resolve(import.meta.dirname, '../../../alertmanager/alertmanager.yml');

/** The shipped configuration, pointed at `origin`, without its waiting times. */
function impatient(origin: string): string {
  const config = parse(readFileSync(file, 'utf8').replaceAll('http://127.0.0.1:8060', origin));
  const hurry = { group_wait: '0s', group_interval: '1s' };
  return stringify({
    ...config,
    route: {
      ...config.route,
      ...hurry,
      routes: config.route.routes.map((route: object) => ({ ...route, ...hurry })),
    },
  });
}

test('When a real Alertmanager is told of an alert and of its end, then the robot hears of both, signed, naming the task', async (t) => {
  const chat = await startRobot(dingtalkRobot({ token: 't', secret: 'SECsecret' }));
  const url = `${chat.origin}/robot/send?access_token=t`;
  const relay = await relayTo([{ name: 'oncall', kind: 'dingtalk', url, secret: 'SECsecret' }]);
  t.after(async () => {
    chat.close();
    await relay.stop(0);
  });
  const { send } = await startAlertmanager(t, impatient(relay.origin));
  const labels = { alertname: 'GTE_ErrorRateHigh', severity: 'critical', job: 'gte', task_type: 'event' };
  const annotations = {
    summary: '任务 event 的错误率为 5%，高于 1%',
    value: '5%',
    runbook_url: 'http://127.0.0.1/x',
  };
  await send({ labels, annotations }, { labels: { alertname: 'Watchdog', severity: 'none' } });
  await chat.got(1);
  await send({ labels, annotations, endsAt: new Date(Date.now() - 1000).toISOString() });
  await chat.got(2);
  const [fired, ended] = [chat.body(0).markdown, chat.body(1).markdown];
  assert.equal(fired.title, '【告警】GTE_ErrorRateHigh（1 条触发）');
  assert.match(fired.text, /事件抽取（event）[\s\S]*5%/);
  assert.equal(ended.title, '【恢复】GTE_ErrorRateHigh（1 条恢复）');
  assert.doesNotMatch(fired.text + ended.text, /Watchdog/);
  assert.equal(await relay.metric('alert_relay_notifications_total{robot="oncall",result="delivered"}'), 2);
});
