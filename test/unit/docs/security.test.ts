import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDoc, root } from './read-docs.ts';

/** Rows of the threat table: attack, defence, where, test. */
function threats(page: string): string[][] {
  const rows = readDoc(page).matchAll(/^\| (.+) \| (.+) \| (`.+`) \| (.+) \|$/gm);
  return [...rows].map(([, ...cells]) => cells as string[]);
}

const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

const PAGES = ['SECURITY.md', 'docs/security.zh-CN.md'];

for (const page of PAGES) {
  test(`When ${page} says where an attack is met and which test shows it, then both are there, the test one that always runs`, () => {
    assert.ok(threats(page).length > 10);
    for (const [attack, , where = '', tests = ''] of threats(page)) {
      for (const path of [...named(where), ...named(tests).filter((name) => !name.startsWith('npm run '))])
        assert.ok(existsSync(join(root, path)), `${attack}: ${path}`);
      assert.match(tests, /`test\/(unit|integration|e2e)\/[\w/-]+\.test\.ts`/, attack);
    }
  });
}

test('When a threat stands on one page, then it stands on the other too', () => {
  const [english, chinese] = PAGES.map((page) => threats(page).map(([, , ...places]) => places.map(named)));
  assert.deepEqual(english, chinese);
});
