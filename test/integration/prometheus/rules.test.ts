import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runTool } from './promtool.ts';

const prometheus = resolve(import.meta.dirname, '../../../prometheus');
const tests = (await readdir(`${prometheus}/tests`)).map((name) => `${prometheus}/tests/${name}`);

test('When promtool reads the rule files, then it finds no fault', async () => {
  const { code, output } = await runTool('promtool', [
    'check',
    'rules',
    `${prometheus}/rules/recording.yml`,
    `${prometheus}/rules/alerts.yml`,
  ]);
  assert.equal(code, 0, output);
});

test('When promtool runs the unit tests of the rules, then all pass', async () => {
  const { code, output } = await runTool('promtool', ['test', 'rules', ...tests]);
  assert.equal(code, 0, output);
});

test('When an alert exists, then a promtool test expects it to fire and, the Watchdog apart, not to fire', async () => {
  const { groups } = parse(await readFile(`${prometheus}/rules/alerts.yml`, 'utf8'));
  const alerts: string[] = groups.flatMap(({ rules }: { rules: { alert: string }[] }) =>
    rules.map(({ alert }) => alert),
  );
  for (const alert of alerts) {
    const unit = parse(await readFile(`${prometheus}/tests/${alert}.yml`, 'utf8'));
    const cases: { alertname: string; exp_alerts?: unknown[] }[] = unit.tests.flatMap(
      (one: { alert_rule_test: unknown[] }) => one.alert_rule_test,
    );
    assert.ok(cases.every(({ alertname }) => alertname === alert));
    assert.ok(
      cases.some(({ exp_alerts = [] }) => exp_alerts.length > 0),
      `${alert} fires`,
    );
    assert.ok(
      alert === 'Watchdog' || cases.some(({ exp_alerts = [] }) => exp_alerts.length === 0),
      `${alert} rests`,
    );
  }
});
