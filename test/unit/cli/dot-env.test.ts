import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withDotEnv } from '../../../src/cli/dot-env.ts';

test('When the checkout has a .env, then its settings count where the environment has none, as for ops/start.sh', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'gte-env-'));
  t.after(() => rmSync(root, { recursive: true }));
  const env = { GTE_PORT: '5001', PATH: '/bin', STACK_DIR: '' };
  assert.deepEqual(withDotEnv(env, root), env);
  writeFileSync(
    join(root, '.env'),
    '# GTE_HOST=0.0.0.0\nGTE_PORT=5002\nGTE_METRICS_TOKEN=a=b\nSTACK_DIR=elsewhere\nPATH=/tmp\nPROMETHEUS_PORT=9191\n',
  );
  assert.deepEqual(withDotEnv(env, root), { ...env, GTE_METRICS_TOKEN: 'a=b', PROMETHEUS_PORT: '9191' });
});
