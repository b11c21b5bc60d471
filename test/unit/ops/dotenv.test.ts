import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../src/root.ts';

test('When .env holds a setting, then its value is taken whole, and the environment goes before it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-dotenv-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'ops/lib'), { recursive: true });
  cpSync(join(root, 'ops/lib/node.sh'), join(folder, 'ops/lib/node.sh'));
  writeFileSync(
    join(folder, '.env'),
    'RELAY_FEISHU_SECRET=c2VjcmV0MQ==\n# GTE_HOST=::\nGTE_PORT=1\nRELAY_WECOM_URL=http://x/send?key=a=b',
  );
  const names = ['RELAY_FEISHU_SECRET', 'GTE_PORT', 'RELAY_WECOM_URL', 'GTE_HOST'];
  const script = `. ops/lib/node.sh; printf '%s\\n' ${names.map((name) => `"\${${name}-none}"`).join(' ')}`;
  const said = execFileSync('bash', ['-ec', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, GTE_PORT: '2' },
  });
  assert.deepEqual(said.trim().split('\n'), ['c2VjcmV0MQ==', '2', 'http://x/send?key=a=b', 'none']);
});
