import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { loadThresholds } from '../../../src/rules/thresholds.ts';

const shipped = resolve(import.meta.dirname, '../../../prometheus/thresholds.yaml');

function changed(from: string, to: string): string {
  const text = readFileSync(shipped, 'utf8');
  assert.ok(text.includes(from));
  const folder = mkdtempSync(join(tmpdir(), 'thresholds-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const path = join(folder, 'thresholds.yaml');
  writeFileSync(path, text.replace(from, to));
  return path;
}

test('When the shipped thresholds are read, then each name has its number', () => {
  const { values, runbookBaseUrl } = loadThresholds(shipped);
  assert.equal(values.latency_p95_seconds, 2);
  assert.equal(values.error_ratio, 0.01);
  assert.equal(runbookBaseUrl, 'http://127.0.0.1:8060/runbooks');
});

test('When a threshold is no number, then the error names file and entry', () => {
  const path = changed('value: 0.01', 'value: one percent');
  assert.throws(() => loadThresholds(path), /thresholds\.yaml: .*error_ratio\.value/);
});

test('When a threshold is missing, then the error names it', () => {
  const path = changed('  error_ratio:', '  eror_ratio:');
  assert.throws(() => loadThresholds(path), /error_ratio/);
});

test('When the reason of a threshold is missing, then the error says so', () => {
  const path = changed('why: One request in a hundred', 'wy: One request in a hundred');
  assert.throws(() => loadThresholds(path), /error_ratio\.why/);
});
