import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../../src/relay/notification.ts';
import type { Robot } from '../../../src/relay/robot.ts';
import { writeMessage } from '../../../src/relay/write-message.ts';

const robot: Robot = { name: 'r', kind: 'wecom', url: 'http://127.0.0.1/' };
const alert = (change: Partial<Alert> = {}): Alert => ({
  status: 'firing',
  labels: { alertname: 'GTE_Down', severity: 'critical', job: 'gte' },
  annotations: {},
  startsAt: '2024-05-01T00:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  ...change,
});
const write = (...alerts: Alert[]) =>
  writeMessage({ version: '4', status: 'firing', alerts, truncatedAlerts: 0 }, robot, 'Asia/Shanghai');

test('When alerts fire and resolve together, then firing ones come first, critical before warning', () => {
  const named = (alertname: string, severity: string, status: Alert['status']) =>
    alert({ status, labels: { alertname, severity } });
  const message = write(
    named('a', 'critical', 'resolved'),
    named('b', 'warning', 'firing'),
    named('c', 'critical', 'firing'),
  );
  assert.deepEqual(
    message?.blocks.map(({ heading }) => heading),
    ['🔴 严重 c', '🔴 警告 b', '✅ 已恢复 a'],
  );
  assert.equal(message?.title, '【告警】c（2 条触发，1 条恢复）');
  assert.equal(message?.tone, 'critical');
});

test('When a label holds markdown, line breaks or a mention, then the message holds plain text', () => {
  const summary = 'a\n# b [x](http://evil) <@all> `c`';
  const field = write(alert({ annotations: { summary } }))?.blocks[0]?.fields.find(
    ({ label }) => label === '说明',
  );
  assert.equal(field?.value, 'a # b  x (http://evil)  @all   c');
});

test('When the runbook address is no web address, then there is no link', () => {
  for (const runbook_url of ['javascript:alert(1)', 'http://a b', 'http://a)('])
    assert.equal(write(alert({ annotations: { runbook_url } }))?.blocks[0]?.link, undefined, runbook_url);
});

test('When no alert has a severity the robot is meant for, then there is no message', () => {
  const picky = { ...robot, severities: ['warning'] };
  const given = { version: '4', status: 'firing', alerts: [alert()], truncatedAlerts: 0 } as const;
  assert.equal(writeMessage({ ...given, alerts: [...given.alerts] }, picky, 'Asia/Shanghai'), undefined);
});

test('When alerts have no name, severity or known task, then the message still says what there is', () => {
  const message = write(alert({ labels: { task_type: 'other' } }));
  assert.equal(message?.blocks[0]?.heading, '🔴 未分级 未命名');
  assert.deepEqual(message?.blocks[0]?.fields[0], { label: '任务', value: 'other' });
});
