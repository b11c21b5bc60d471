import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../../src/config.ts';
import { root } from '../../../src/root.ts';
import { grafana } from '../../../src/stack/components/grafana.ts';
import { stackPaths } from '../../../src/stack/paths.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';

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

/** A PATH of these programs alone. */
function programs(folder: string, names: readonly string[]): string {
  mkdirSync(folder);
  for (const name of names) {
    const path = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(path, join(folder, name));
  }
  return folder;
}
const SHELL = [
  'bash',
  'sh',
  'dirname',
  'mkdir',
  'find',
  'sort',
  'tail',
  'head',
  'rm',
  'ln',
  'chmod',
  'seq',
  'sed',
];

test('When a system has no apt, then one sentence says so and what to set', (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'gte-no-apt-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const { status, stderr } = spawnSync('bash', [join(root, 'ops/fetch-tools.sh'), 'amtool'], {
    encoding: 'utf8',
    env: { PATH: programs(join(cwd, 'bin'), SHELL), TOOLS_DIR: join(cwd, 'tools') },
  });
  assert.equal(status, 1);
  assert.equal(
    stderr,
    'amtool is missing: this system has no apt; set ALERTMANAGER_HOME to an unpacked tarball.\n',
  );
});

test('When a package is unpacked through a link, then its wrapper runs after the link is gone', (t) => {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'gte-wrapper-')));
  t.after(() => rmSync(cwd, { recursive: true }));
  const content = join(cwd, 'package');
  for (const folder of [`${content}/DEBIAN`, `${content}/usr/bin`, `${cwd}/shared/debs`])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(content, 'usr/bin/amtool'), '#!/bin/sh\necho amtool 1\n', { mode: 0o755 });
  writeFileSync(
    join(content, 'DEBIAN/control'),
    'Package: prometheus-alertmanager\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: none\n',
  );
  execFileSync('dpkg-deb', ['-b', content, join(cwd, 'shared/debs/prometheus-alertmanager_1_all.deb')]);
  symlinkSync('shared', join(cwd, 'release'));
  const path = programs(join(cwd, 'bin'), [...SHELL, 'dpkg-deb', 'tar']);
  const { status, stderr } = spawnSync('bash', [join(root, 'ops/fetch-tools.sh'), 'amtool'], {
    encoding: 'utf8',
    env: { PATH: path, TOOLS_DIR: join(cwd, 'release') },
  });
  assert.equal(status, 0, stderr);
  rmSync(join(cwd, 'release'));
  assert.equal(execFileSync(join(cwd, 'shared/bin/amtool'), { encoding: 'utf8' }), 'amtool 1\n');
});

test('When a package that was kept is damaged, then it is named, to be deleted', (t) => {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'gte-damaged-')));
  t.after(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, 'debs'));
  const deb = join(cwd, 'debs/prometheus-alertmanager_1_all.deb');
  writeFileSync(deb, 'half a pack');
  const path = programs(join(cwd, 'bin-of-system'), [...SHELL, 'dpkg-deb', 'tar']);
  const { status, stderr } = spawnSync('bash', [join(root, 'ops/fetch-tools.sh'), 'amtool'], {
    encoding: 'utf8',
    env: { PATH: path, TOOLS_DIR: cwd },
  });
  assert.equal(status, 1);
  assert.equal(stderr, `amtool is missing: ${deb} is damaged; delete it and start again.\n`);
});

test('When GRAFANA_HOME names an unpacked tarball, then its program is linked and its pages are found beside it', (t) => {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'gte-grafana-')));
  t.after(() => rmSync(cwd, { recursive: true }));
  const home = join(cwd, 'grafana-11.0.0');
  for (const folder of ['bin', 'public', 'conf']) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'bin/grafana'), '#!/bin/sh\n', { mode: 0o755 });
  execFileSync('tar', ['-czf', 'grafana.tar.gz', 'grafana-11.0.0'], { cwd });
  rmSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', 'grafana.tar.gz'], { cwd });
  const { status, stderr } = spawnSync('bash', [join(root, 'ops/fetch-tools.sh'), 'grafana'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TOOLS_DIR: join(cwd, 'var/tools'), GRAFANA_HOME: home },
  });
  assert.equal(status, 0, stderr);
  const { script, args } = grafana.app({
    config: loadConfig({}),
    settings: loadStackSettings({}),
    paths: stackPaths(cwd, 'var'),
    components: ['prometheus', 'grafana'],
  });
  assert.equal(realpathSync(script), join(home, 'bin/grafana'));
  assert.deepEqual(args, ['server', '--homepath', home]);
});
