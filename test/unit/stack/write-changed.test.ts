import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeChanged } from '../../../src/stack/write-changed.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'written-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('When files are as they should be, then nothing changes', (t) => {
  const home = folder(t);
  assert.equal(writeChanged(home, { 'a/b': '1' }).changed, true);
  assert.equal(writeChanged(home, { 'a/b': '1' }).changed, false);
  assert.equal(statSync(join(home, 'a/b')).mode & 0o077, 0);
});

test('When a change is undone, then old files are back and new ones gone', (t) => {
  const home = folder(t);
  writeFileSync(join(home, 'old'), 'before');
  const written = writeChanged(home, { old: 'after', new: 'x' });
  written.undo();
  assert.equal(readFileSync(join(home, 'old'), 'utf8'), 'before');
  assert.equal(existsSync(join(home, 'new')), false);
});
