import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { runTool } from '../prometheus/promtool.ts';
import { startAlertmanager } from './alertmanager.ts';

const file = resolve(import.meta.dirname, '../../../alertmanager/alertmanager.yml');

const task = (alertname: string, task_type: string) => ({ alertname, job: 'gte', task_type });
const instance = (alertname: string, name: string, job = 'gte') => ({ alertname, job, instance: name });

test('When amtool reads the configuration, then it finds no fault', async () => {
  const { code, output } = await runTool('amtool', ['check-config', file]);
  assert.equal(code, 0, output);
});

for (const [severity, receiver] of [
  ['critical', 'critical'],
  ['warning', 'warning'],
  ['none', 'nobody'],
]) {
  test(`When an alert is ${severity}, then it is routed to ${receiver}`, async () => {
    const { output } = await runTool('amtool', [
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      `severity=${severity}`,
    ]);
    assert.equal(output.split('\n')[0], receiver);
  });
}

const CASES: Record<string, { firing: Record<string, string>[]; silenced: Record<string, string>[] }> = {
  'the whole service is down': {
    firing: [{ alertname: 'GTE_Down', job: 'gte' }, instance('GTE_HostMemoryLow', 'a', 'node')],
    silenced: [
      task('GTE_TaskLatencyHigh', 'ner'),
      task('GTE_ErrorRateHigh', 'qa'),
      instance('GTE_InstanceDown', 'a'),
    ],
  },
  'Prometheus lost its targets': {
    firing: [{ alertname: 'GTE_Absent', job: 'gte' }],
    silenced: [task('GTE_ErrorBudgetBurnSlow', 'ner')],
  },
  'one of several instances is down': {
    firing: [
      instance('GTE_InstanceDown', 'a'),
      instance('GTE_QueueSaturated', 'b'),
      task('GTE_TaskLatencyHigh', 'ner'),
    ],
    silenced: [instance('GTE_WorkersMissing', 'a'), instance('GTE_SnapshotStale', 'a')],
  },
  'an instance has no ready worker': {
    firing: [instance('GTE_NoReadyWorkers', 'a')],
    silenced: [instance('GTE_WorkersMissing', 'a'), instance('GTE_WorkerRestartLoop', 'a')],
  },
  'a task fails': {
    firing: [
      task('GTE_ErrorRateHigh', 'ner'),
      task('GTE_ErrorBudgetBurnFast', 'qa'),
      task('GTE_TaskLatencyHigh', 'ner'),
    ],
    silenced: [task('GTE_ErrorBudgetBurnFast', 'ner'), task('GTE_ErrorBudgetBurnSlow', 'qa')],
  },
};
for (const [what, { firing, silenced }] of Object.entries(CASES)) {
  test(`When ${what}, then its consequences are silenced and nothing else`, {
    timeout: 30_000,
  }, async (t) => {
    const { send, alerts } = await startAlertmanager(t, readFileSync(file, 'utf8'));
    await send(...[...silenced, ...firing].map((labels) => ({ labels })));
    const name = (labels: Record<string, string>) => JSON.stringify(Object.entries(labels).sort());
    let states = new Map<string, string>();
    const settled = () =>
      states.size === firing.length + silenced.length &&
      silenced.every((labels) => states.get(name(labels)) === 'suppressed');
    while (!settled()) {
      states = new Map((await alerts()).map(({ labels, status }) => [name(labels), status.state]));
      await new Promise((again) => setTimeout(again, 20));
    }
    for (const labels of firing) assert.equal(states.get(name(labels)), 'active', name(labels));
  });
}
