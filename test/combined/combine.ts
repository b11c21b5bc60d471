import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
// Files are loaded while tests of earlier ones run; what one of those has mocked just then would be bound for good.
import 'node:timers/promises';
import { filesOf, type Group } from './groups.ts';

/** At the start of a line, so outside of any suite. */
const HOOK_OF_FILE = /^(before|after)(Each)?\(/m;

const root = resolve(import.meta.dirname, '../..');

/**
 * Runs the test files of a group in one process: a process for each would spend most of its time on loading what all of them
 * load. The hooks of a file therefore stand inside a suite (`describe`), or they would be everybody's.
 */
export async function combine(group: Group): Promise<void> {
  for (const file of filesOf(group)) {
    const path = resolve(root, file);
    assert.doesNotMatch(readFileSync(path, 'utf8'), HOOK_OF_FILE, `${file}: put its hooks into a suite`);
    await import(path);
  }
}
