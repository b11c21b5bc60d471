import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../src/root.ts';

test('When a home names a folder by a relative path, then its program is linked, and an empty one is named', (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'gte-home-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, 'wrk-4/bin'), { recursive: true });
  mkdirSync(join(cwd, 'empty'));
  writeFileSync(join(cwd, 'wrk-4/bin/wrk'), '#!/bin/sh\necho wrk Glozer\n', { mode: 0o755 });
  const fetchTools = (home: string) =>
    spawnSync('bash', [join(root, 'ops/fetch-tools.sh'), 'wrk'], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TOOLS_DIR: join(cwd, 'tools'), WRK_HOME: home },
    });
  const found = fetchTools('wrk-4');
  assert.equal(found.status, 0, found.stderr);
  assert.equal(execFileSync(join(cwd, 'tools/bin/wrk'), { encoding: 'utf8' }), 'wrk Glozer\n');
  const missing = fetchTools('empty');
  assert.equal(missing.status, 1);
  assert.equal(missing.stderr, 'wrk is missing: WRK_HOME is empty, and nothing there runs as wrk.\n');
});
