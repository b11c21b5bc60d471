import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { workerAllocator } from '../../../src/primary/worker-allocator.ts';

const SMALL = { MALLOC_ARENA_MAX: '2' };
const LARGE = { ...SMALL, MALLOC_MMAP_THRESHOLD_: '131072' };

test('When a model folder is large, then its workers give large blocks back; for small ones it keeps them', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'allocator-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const weights = join(dir, 'model.onnx.data');
  writeFileSync(weights, '');
  truncateSync(weights, 64 * 1024 * 1024 - 1);
  assert.deepEqual(workerAllocator([dir, undefined], {}), SMALL);
  assert.deepEqual(workerAllocator([dir, dir], {}), SMALL);
  truncateSync(weights, 64 * 1024 * 1024);
  assert.deepEqual(workerAllocator([dir, undefined], {}), LARGE);
  assert.deepEqual(workerAllocator(['/nowhere', dir], {}), LARGE);
});

test('When the environment sets malloc itself, then it counts', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'allocator-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'model.onnx'), '');
  truncateSync(join(dir, 'model.onnx'), 1e9);
  for (const name of ['MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_', 'GLIBC_TUNABLES'])
    assert.deepEqual(workerAllocator([dir], { [name]: '1' }), {});
});

test('When a folder is missing, then it counts as small and the worker says so', () => {
  assert.deepEqual(workerAllocator(['/nowhere/at/all'], {}), SMALL);
});
