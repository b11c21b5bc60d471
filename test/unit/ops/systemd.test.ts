import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { settings } from '../../../src/config.ts';
import { EXIT_CONFIG } from '../../../src/errors.ts';
import { root } from '../../../src/root.ts';

const folder = join(root, 'ops/systemd');
const units = readdirSync(folder);

/** Values of a unit file by key, in their order. */
function read(unit: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [, key = '', value = ''] of readFileSync(join(folder, unit), 'utf8').matchAll(/^(\w+)=(.*)$/gm))
    values.set(key, [...(values.get(key) ?? []), value]);
  return values;
}

for (const unit of units) {
  test(`When ${unit} is read, then it ends the main process first, keeps wrong settings ended, and is not root`, () => {
    const values = read(unit);
    const only = (key: string) => {
      assert.equal(values.get(key)?.length, 1, key);
      return values.get(key)?.[0];
    };
    assert.equal(only('KillMode'), 'mixed');
    assert.equal(only('RestartPreventExitStatus'), String(EXIT_CONFIG));
    assert.equal(only('User'), 'gte');
    assert.equal(only('NoNewPrivileges'), 'yes');
    const [, script = ''] = /\/opt\/gte-serve\/current\/dist\/(\S+)\.js$/.exec(only('ExecStart') ?? '') ?? [];
    assert.ok(existsSync(join(root, 'src', `${script}.ts`)), script);
  });
}

test("When the service's unit is read, then it leaves time to drain, allows many files, and survives a worker's death", () => {
  const values = read('gte-serve.service');
  const drainMs = settings.shape.GTE_DRAIN_MS.parse(undefined);
  assert.ok(Number(values.get('TimeoutStopSec')?.[0]) >= drainMs / 1000 + 5);
  assert.ok(Number(values.get('LimitNOFILE')?.[0]) >= 65_536);
  assert.deepEqual(values.get('OOMPolicy'), ['continue']);
  assert.ok(!values.has('MemoryDenyWriteExecute'));
  const reload = /ops\/\S+/.exec(values.get('ExecReload')?.[0] ?? '')?.[0] ?? '';
  assert.ok(existsSync(join(root, reload)), reload);
  for (const [name = ''] of (values.get('Environment') ?? []).map((text) => text.split('=')))
    if (name.startsWith('GTE_')) assert.ok(name in settings.shape, name);
});

test('When systemd reads the units, then it has nothing to say', () => {
  const { status, stderr } = spawnSync(
    'systemd-analyze',
    ['verify', ...units.map((unit) => join(folder, unit))],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(stderr, '');
  assert.equal(status, 0);
});
