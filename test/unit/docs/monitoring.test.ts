import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relaySettings } from '../../../src/relay/settings.ts';
import { stackSettings } from '../../../src/stack/settings.ts';
import { bothLanguages, firstCells, readDoc } from './read-docs.ts';

const names = [...new Set([...Object.keys(stackSettings.shape), ...Object.keys(relaySettings.shape)])].sort();
const defaults: Record<string, unknown> = { ...stackSettings.parse({}), ...relaySettings.parse({}) };

for (const page of bothLanguages('docs/monitoring.md')) {
  test(`When a setting of the stack or the relay exists, then ${page} has it once, and it has no other`, () => {
    const documented = firstCells(readDoc(page)).flatMap((cell) => /^`([A-Z_]+)`$/.exec(cell)?.[1] ?? []);
    assert.deepEqual(documented.sort(), names);
  });

  test(`When a setting has a default, then ${page} says it`, () => {
    for (const [name, value] of Object.entries(defaults)) {
      const [, cell] = new RegExp(`^\\| \`${name}\` \\| ([^|]*) \\|`, 'm').exec(readDoc(page)) ?? [];
      if (String(value) !== '') assert.equal(cell, String(value), name);
    }
  });
}
