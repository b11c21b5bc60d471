import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../src/root.ts';

const text = readFileSync(join(root, 'ops/logrotate/gte-serve'), 'utf8');
const VAR = '/opt/gte-serve/shared/var';

/** Patterns and body of each block. */
const blocks = [...text.replace(/^ *#.*$/gm, '').matchAll(/^(\S.*?) \{\n([\s\S]*?)^\}/gm)].map(
  ([, pattern = '', body = '']) => ({ pattern, body }),
);

test("When PM2 writes a log, then a block rotates it by copytruncate, and nginx's logs by its own signal", () => {
  assert.deepEqual(
    blocks.map(({ pattern }) => pattern),
    [`${VAR}/log/*.log`, `${VAR}/log/nginx/*.log`],
  );
  const pm2Files = readFileSync(join(root, 'ecosystem.config.js'), 'utf8').match(/_file: '.*'/g) ?? [];
  assert.ok(pm2Files.length >= 2);
  for (const file of pm2Files) assert.match(file, /'var\/log\/[\w.-]+\.log'$/);
  const [pm2, nginx] = blocks;
  assert.match(pm2?.body ?? '', /^ {4}copytruncate$/m);
  assert.doesNotMatch(nginx?.body ?? '', /copytruncate/);
  assert.match(nginx?.body ?? '', /postrotate\n[\s\S]*kill -USR1[\s\S]*endscript/);
  for (const { pattern, body } of blocks)
    for (const line of ['su gte gte', 'rotate 14', 'missingok', 'compress'])
      assert.ok(body.split('\n').includes(`    ${line}`), `${pattern}: ${line}`);
});

test('When logrotate runs with it, then both kinds of logs are rotated and the next lines are kept', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-logrotate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'log/nginx'), { recursive: true });
  for (const name of ['log/gte-serve.log', 'log/nginx/access.log'])
    writeFileSync(join(folder, name), 'line\n');
  const { username } = userInfo();
  const group = spawnSync('id', ['-gn', username], { encoding: 'utf8' }).stdout.trim();
  const config = join(folder, 'config');
  writeFileSync(config, text.replaceAll(VAR, folder).replaceAll('su gte gte', `su ${username} ${group}`), {
    mode: 0o644,
  });
  const run = spawnSync('logrotate', ['--force', '--state', join(folder, 'state'), config], {
    encoding: 'utf8',
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  });
  assert.equal(run.stderr, '');
  assert.equal(run.status, 0);
  assert.equal(readFileSync(join(folder, 'log/gte-serve.log'), 'utf8'), '');
  assert.equal(readFileSync(join(folder, 'log/gte-serve.log.1'), 'utf8'), 'line\n');
  assert.ok(readdirSync(join(folder, 'log/nginx')).includes('access.log.1'));
});
