import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { definitions } from '../../../src/metrics/definitions.ts';
import { alertGroups } from '../../../src/rules/alerts/index.ts';
import { recordingRules } from '../../../src/rules/recording-rules.ts';
import { renderRules } from '../../../src/rules/render-rules.ts';
import { loadThresholds } from '../../../src/rules/thresholds.ts';

const folder = resolve(import.meta.dirname, '../../../prometheus');
const thresholds = loadThresholds(`${folder}/thresholds.yaml`);
const alerts = Object.values(alertGroups(thresholds)).flat();

test('When the rules are generated again, then they equal the committed files', () => {
  for (const [name, text] of Object.entries(renderRules(thresholds)))
    assert.equal(readFileSync(`${folder}/rules/${name}`, 'utf8'), text, `${name}: run npm run rules`);
});

test('When a rule names a metric of the service, then the catalogue defines it with the labels used', () => {
  const recorded = new Set(recordingRules.map(({ record }) => record));
  const byName = new Map<string, readonly string[]>();
  for (const { name, type, labels } of Object.values(definitions)) {
    byName.set(name, labels);
    if (type === 'histogram')
      for (const suffix of ['_bucket', '_count', '_sum']) byName.set(`${name}${suffix}`, [...labels, 'le']);
  }
  for (const { expr } of [...recordingRules, ...alerts]) {
    for (const [, name = '', selector = ''] of expr.matchAll(
      /((?:\w+:)?(?:gte|http)_\w+(?::\w+)?)(?:\{([^}]*)\})?/g,
    )) {
      if (recorded.has(name)) continue;
      const labels = byName.get(name);
      assert.ok(labels, `${name} is not in src/metrics/definitions.ts`);
      for (const [, label = ''] of selector.matchAll(/(\w+)[=!]/g))
        assert.ok(labels.includes(label), `${name}{${label}}`);
    }
  }
});

test('When a threshold is in the file, then some rule changes with it', () => {
  const before = JSON.stringify(renderRules(thresholds));
  for (const [name, value] of Object.entries(thresholds.values)) {
    const moved = { ...thresholds, values: { ...thresholds.values, [name]: value * 0.99 } };
    assert.notEqual(JSON.stringify(renderRules(moved)), before, name);
  }
});

test('When an alert exists, then it has a severity, both summaries, a value and a name of its own', () => {
  assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
  for (const { alert, severity, summary, summaryEn, value } of alerts) {
    assert.ok(['critical', 'warning', 'none'].includes(severity), alert);
    assert.match(summary, /\p{Script=Han}/u, alert);
    assert.doesNotMatch(summaryEn, /\p{Script=Han}/u, alert);
    assert.ok(value.length > 0, alert);
  }
});

test('When rates are taken, then their window is at least four scrape intervals', () => {
  for (const { expr } of [...recordingRules, ...alerts])
    for (const [, count, unit] of expr.matchAll(/\[(\d+)([smh])\]/g))
      assert.ok(Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'] >= 60, expr);
});
