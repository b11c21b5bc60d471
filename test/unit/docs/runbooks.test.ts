import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../../src/cli/commands.ts';
import { settings } from '../../../src/config.ts';
import { definitions } from '../../../src/metrics/definitions.ts';
import { createRelayMetrics } from '../../../src/relay/metrics.ts';
import { alertGroups } from '../../../src/rules/alerts/index.ts';
import { recordingRules } from '../../../src/rules/recording-rules.ts';
import { loadThresholds } from '../../../src/rules/thresholds.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'docs/runbooks');
const thresholds = loadThresholds(join(root, 'prometheus/thresholds.yaml'));
const alerts = Object.values(alertGroups(thresholds))
  .flat()
  .map(({ alert }) => alert);
const pages = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(join(folder, file), 'utf8'),
}));
const HEADINGS = ['含义', '查看', '处理', 'What it means', 'What to look at', 'What to do'];

/** Every match of `pattern` in any page, as [page, match]. */
const named = (pattern: RegExp) =>
  pages.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(([all, first]) => [file, first ?? all] as const),
  );

test('When an alert exists, then it has a page, and no page is without its alert', () => {
  assert.deepEqual(pages.map(({ file }) => file).sort(), alerts.map((alert) => `${alert}.md`).sort());
});

for (const { file, text } of pages) {
  test(`When ${file} is read, then it says what it means, what to look at and what to do, in Chinese, then in English`, () => {
    assert.ok(text.startsWith(`# ${file.slice(0, -3)}\n`));
    const [, ...sections] = text.split(/^## /m);
    assert.deepEqual(
      sections.map((section) => section.slice(0, section.indexOf('\n'))),
      HEADINGS,
    );
    for (const [index, section] of sections.entries()) {
      assert.match(section, /\n\n\S[\s\S]{30}/, `${HEADINGS[index]} is empty`);
      if (index < 3) assert.match(section, /\p{Script=Han}/u);
      else assert.doesNotMatch(section, /\p{Script=Han}/u);
    }
    const lines = text.trimEnd().split('\n').length;
    assert.ok(lines >= 20 && lines <= 42, `${lines} lines`);
  });
}

test('When a page names a metric of the service or the relay, then it exists', async () => {
  const relay = await createRelayMetrics([]).registry.getMetricsAsJSON();
  const known = new Set([
    ...Object.values(definitions).map(({ name }) => name as string),
    ...relay.map(({ name }) => name),
  ]);
  const recorded = new Set(recordingRules.map(({ record }) => record));
  for (const [file, name] of named(/(?<![\w:/])(?:gte|alert_relay)_\w*[a-z]\b(?!:)/g))
    assert.ok(known.has(name.replace(/_(bucket|sum|count)$/, '')), `${file}: ${name}`);
  for (const [file, name] of named(/\bjob_task\w*:\w+:\w+/g))
    assert.ok(recorded.has(name), `${file}: ${name}`);
});

test('When a page names a threshold, a setting, another alert or a file, then it exists', () => {
  for (const [file, name] of named(
    /`((?:latency|error|shed|availability|burn|restarts|snapshot|queue_fill|process_memory|event_loop|host|disk)_[a-z0-9_]+)`/g,
  ))
    assert.ok(name in thresholds.values, `${file}: ${name}`);
  for (const [file, name] of named(/\bGTE_[A-Z][A-Z_]+\b/g))
    assert.ok(name in settings.shape, `${file}: ${name}`);
  for (const [file, name] of named(/\bGTE_[A-Z][a-z]\w+/g))
    assert.ok(alerts.includes(name), `${file}: ${name}`);
  for (const [file, path] of named(/(?<![\w/])(?:ops|docs|prometheus)\/[\w./-]*\w/g))
    assert.ok(existsSync(join(root, path)), `${file}: ${path}`);
});

test('When a page calls bin/gte, then the command exists and takes the options', async () => {
  const calls = named(/bin\/gte ([^`]+)`/g);
  assert.ok(calls.length > 0);
  for (const [file, call] of calls) {
    const [name = '', action = '', ...rest] = call.split(' ');
    const command = await commands.find((entry) => entry.name === name)?.load();
    assert.ok(command, `${file}: bin/gte ${call}`);
    let said = '';
    const output = {
      write(text: string) {
        said += text;
        return true;
      },
    };
    const words = /^[a-z]+$/.test(action) ? [action] : [];
    assert.equal(await command([...words, '--help'], {}, { stdout: output, stderr: output }), 0, call);
    for (const option of [action, ...rest].filter((word) => word.startsWith('--')))
      assert.ok(said.includes(`  ${option} `), `${file}: bin/gte ${call} has no ${option}`);
  }
});
