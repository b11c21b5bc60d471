import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const root = resolve(import.meta.dirname, '../../..');

/** Runs ops/audit.js with an npm that prints this. */
function audit(t: TestContext, output: string) {
  const dir = mkdtempSync(join(tmpdir(), 'gte-audit-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'output'), output);
  writeFileSync(join(dir, 'npm'), `#!/bin/sh\ncat "${join(dir, 'output')}"\nexit 1\n`, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'ops/audit.js')], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH}` },
  });
  return { status, said: stdout + stderr };
}

const finding = (name: string, id: string) => ({
  [name]: {
    name,
    via: [{ name, title: 'a title', severity: 'high', url: `https://github.com/advisories/${id}` }],
  },
});
const report = (...findings: object[]) => JSON.stringify({ vulnerabilities: Object.assign({}, ...findings) });

test('When npm knows nothing, or only what docs/security.md answers, then the audit passes', (t) => {
  assert.equal(audit(t, report()).status, 0);
  const [answered = ''] = /GHSA-[\w-]+/.exec(readFileSync(join(root, 'docs/security.md'), 'utf8')) ?? [];
  const { status, said } = audit(t, report(finding('js-yaml', answered), { pm2: { via: ['js-yaml'] } }));
  assert.equal(status, 0, said);
  assert.match(said, /^findings: 1, each answered/);
});

test('When npm knows of a finding that nobody answered, then the audit fails and names it', (t) => {
  const { status, said } = audit(t, report(finding('koa', 'GHSA-none-of-ours')));
  assert.equal(status, 1);
  assert.match(said, /^koa \(high\): a title https:\/\/github\.com\/advisories\/GHSA-none-of-ours$/m);
});

for (const [what, output, reason] of [
  ['refuses', '{"message": "405 Method Not Allowed - POST https://mirror/audit", "error": {}}', /405 Method/],
  ['can not be reached', '', /nothing that can be read/],
] as const) {
  test(`When the registry ${what}, then the audit says that nothing was audited, and does not pass`, (t) => {
    const { status, said } = audit(t, output);
    assert.equal(status, 69);
    assert.match(said, /^not audited: /);
    assert.match(said, reason);
  });
}

test('When package.json names a version, then it is exact', () => {
  const { dependencies, devDependencies, overrides } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  for (const [name, version] of Object.entries({ ...overrides, ...dependencies, ...devDependencies }))
    assert.match(String(version), /^(npm:[\w-]+@)?\d+\.\d+\.\d+$/, name);
});

test('When packages are installed, then none of their scripts runs, and what the service needs is compared with its hash', () => {
  assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { integrity, dev }] of Object.entries<{ integrity?: string; dev?: boolean }>(packages))
    if (path !== '' && !dev) assert.match(integrity ?? '', /^sha512-/, path);
});
