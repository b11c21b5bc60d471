import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../../src/config.ts';
import { root as checkout } from '../../../src/root.ts';
import { COMPONENT_NAMES, type StackContext } from '../../../src/stack/component.ts';
import { components } from '../../../src/stack/components/index.ts';
import { stackPaths } from '../../../src/stack/paths.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';

// @ts-expect-error: a script of ops/, without types
const { releaseRoot } = await import('../../../ops/lib/release-root.js');

function releases(t: TestContext) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'gte-releases-')));
  t.after(() => rmSync(home, { recursive: true }));
  for (const name of ['one', 'two']) mkdirSync(join(home, 'releases', name), { recursive: true });
  symlinkSync('releases/one', join(home, 'current'));
  return home;
}

test('When a release is the one that current names, then its path is through the link, else its own', (t) => {
  const home = releases(t);
  assert.equal(releaseRoot(join(home, 'releases/one')), join(home, 'current'));
  assert.equal(releaseRoot(join(home, 'releases/two')), join(home, 'releases/two'));
  assert.equal(releaseRoot(home), home);
});

test('When the stack is started through a link, then no path of an app or a file is one of the release itself', (t) => {
  const home = releases(t);
  rmSync(join(home, 'current'));
  symlinkSync(checkout, join(home, 'current'));
  const root = join(home, 'current');
  const context: StackContext = {
    config: loadConfig({}),
    settings: loadStackSettings({ NGINX_TLS_CERT: 'var/c.pem', NGINX_TLS_KEY: 'var/k.pem' }),
    paths: stackPaths(root, 'var'),
    components: COMPONENT_NAMES,
  };
  for (const component of components) {
    if (component.name === 'grafana') continue; // Its program is looked for.
    const text = JSON.stringify([component.files?.(context), component.app(context)]);
    assert.ok(!text.includes(realpathSync(checkout)), component.name);
  }
  const upstream = components.find(({ name }) => name === 'nginx')?.files?.(context)['upstream.conf'];
  assert.ok(upstream?.includes(`unix:${root}/var/run/slot-0.sock`), upstream);
});
