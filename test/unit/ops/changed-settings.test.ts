import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { root } from '../../../src/root.ts';

const STARTED = { GTE_WORKERS: '2', GTE_API_KEYS_FILE: 'a=b' };

/** What ops/start.sh finds changed since a process with the settings STARTED began. */
async function changed(t: TestContext, env: Record<string, string>): Promise<string> {
  const { PATH = '' } = process.env;
  const running = spawn(process.execPath, ['-e', 'console.log(); process.stdin.resume()'], {
    env: { PATH, ...STARTED },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => running.kill());
  await once(running.stdout, 'data');
  // A folder without the .env that the checkout may have.
  const folder = mkdtempSync(join(tmpdir(), 'gte-settings-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'ops/lib'), { recursive: true });
  cpSync(join(root, 'ops/lib/node.sh'), join(folder, 'ops/lib/node.sh'));
  const script = `. ops/lib/node.sh; changed_settings ${running.pid}`;
  const said = execFileSync('bash', ['-ec', `set -o pipefail; ${script}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH, ...env },
  });
  return said.trim();
}

test('When the running service was started with these settings, then none is named', async (t) => {
  assert.equal(await changed(t, { ...STARTED, GTE_PORT: '', NGINX_RATE: '9' }), '');
});

test('When settings were changed, added and taken away, then each is named once, without its value', async (t) => {
  assert.equal(
    await changed(t, { GTE_WORKERS: '3', GTE_PORT: '5001' }),
    'GTE_API_KEYS_FILE GTE_PORT GTE_WORKERS',
  );
});
