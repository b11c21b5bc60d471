import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadBoardThresholds } from '../../../../src/primary/board/board-thresholds.ts';

const unexpected = (fault: unknown) => assert.fail(String(fault));
const shipped = resolve(import.meta.dirname, '../../../../prometheus/thresholds.yaml');

test('When the shipped file is read, then each threshold of the board is the alerts’ own', () => {
  const file = parse(readFileSync(shipped, 'utf8')).thresholds as Record<string, { value: number }>;
  for (const [name, value] of Object.entries(loadBoardThresholds(shipped, unexpected)))
    assert.equal(value, file[name]?.value, name);
});

test('When the file is damaged or missing, then it is reported and the defaults hold', () => {
  const damaged = join(mkdtempSync(join(tmpdir(), 'gte-thresholds-')), 'thresholds.yaml');
  writeFileSync(damaged, 'thresholds: [');
  for (const path of [damaged, `${damaged}.missing`]) {
    const faults: unknown[] = [];
    assert.equal(loadBoardThresholds(path, (fault) => faults.push(fault)).error_ratio, 0.01);
    assert.equal(faults.length, 1);
  }
});

test('When one entry is wrong, then the others are read', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'gte-thresholds-')), 'thresholds.yaml');
  writeFileSync(path, 'thresholds:\n  error_ratio: {value: much}\n  shed_ratio: {value: 0.2}\n');
  const { error_ratio, shed_ratio } = loadBoardThresholds(path, unexpected);
  assert.deepEqual({ error_ratio, shed_ratio }, { error_ratio: 0.01, shed_ratio: 0.2 });
});
