import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readCheckout, requireBuild } from '../../../src/cli/bundle/checkout.ts';

const folder = mkdtempSync(join(tmpdir(), 'gte-checkout-'));
before(() => {
  for (const name of ['src/cli', 'dist']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'src/cli/a.ts'), '');
});
after(() => rmSync(folder, { recursive: true }));

test('When dist is missing or older than a source, then a bundle is refused', () => {
  assert.throws(() => requireBuild(folder), /dist\/ is missing: run npm run build/);
  const main = join(folder, 'dist/main.js');
  writeFileSync(main, '');
  utimesSync(main, 1, 1);
  assert.throws(() => requireBuild(folder), /src\/cli\/a\.ts is newer than dist\//);
  utimesSync(main, new Date(), new Date());
  assert.doesNotThrow(() => requireBuild(folder));
});

test('When the folder is no checkout, then one sentence says so', () => {
  assert.throws(() => readCheckout(folder), /is no git checkout/);
});
