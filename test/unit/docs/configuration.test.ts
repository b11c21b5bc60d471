import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settings } from '../../../src/config.ts';
import { bothLanguages, firstCells, readDoc } from './read-docs.ts';

const names = Object.keys(settings.shape);
/** Value by setting, as loadConfig sees an empty environment. */
const defaults = settings.parse({}) as Record<string, unknown>;

for (const page of bothLanguages('docs/configuration.md')) {
  const documented = firstCells(readDoc(page)).flatMap((cell) => /^`(GTE_\w+)`$/.exec(cell)?.[1] ?? []);

  test(`When a setting exists, then ${page} has it once, and it has no other`, () => {
    assert.deepEqual([...documented].sort(), [...names].sort());
  });

  test(`When a setting has a plain default, then ${page} says it`, () => {
    for (const [name, value] of Object.entries(defaults)) {
      const [, cell = ''] = new RegExp(`^\\| \`${name}\` \\| ([^|]*) \\|`, 'm').exec(readDoc(page)) ?? [];
      if (typeof value === 'number' && name !== 'GTE_WORKERS') assert.equal(cell, String(value), name);
      if (typeof value === 'boolean') assert.equal(cell, value ? '1' : '0', name);
      if (typeof value === 'string') assert.ok(value.endsWith(cell) && cell !== '', `${name}: ${cell}`);
    }
  });
}

test('When a setting exists, then .env.example has it, and it has no other', () => {
  const listed = [...readDoc('.env.example').matchAll(/^#?(GTE_\w+)=/gm)].map(([, name]) => name);
  assert.deepEqual(listed.sort(), [...names].sort());
});
