import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitions, type MetricDefinition } from '../../../src/metrics/definitions.ts';
import { createProcessMetrics } from '../../../src/metrics/process-metrics.ts';
import { storedMetrics } from '../../../src/metrics/stored-metrics.ts';

const row = (name: string, type: string, labels: readonly string[]) => `${name} ${type} ${labels.join(', ')}`;

const read = (page: string) => readFileSync(join(import.meta.dirname, '../../../docs', page), 'utf8');

/** What the tables of a page say: each row that begins with a metric's name, its type and its labels. */
function documented(text: string): string[] {
  return [...text.matchAll(/^\| `([a-z0-9_]+)` \| (counter|gauge|histogram) \| ([a-z_, ]+) \|/gm)].map(
    ([, name = '', type = '', labels = '']) => row(name, type, labels.split(', ')),
  );
}

function existing(): string[] {
  const processMetrics = createProcessMetrics('0');
  processMetrics.refresh();
  return [
    ...Object.values<MetricDefinition>(definitions).map(({ name, type, labels }) => row(name, type, labels)),
    ...storedMetrics(processMetrics.registry).map(({ name, type, labelNames }) =>
      row(name, type, labelNames),
    ),
  ];
}

for (const page of ['metrics.md', 'metrics.zh-CN.md']) {
  test(`When a metric exists, then ${page} has it with its type and labels, and has no other`, () => {
    assert.deepEqual(documented(read(page)).sort(), existing().sort());
  });

  test(`When ${page} names a metric in its text, then it exists`, () => {
    const names = new Set(existing().map((metric) => metric.split(' ')[0]));
    const named = read(page).match(/\b(gte|http|process|nodejs)_[a-z0-9_]+/g) ?? [];
    assert.deepEqual(
      named.filter((name) => !names.has(name)),
      [],
    );
  });
}
