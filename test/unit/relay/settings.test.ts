import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { loadRelaySettings } from '../../../src/relay/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-'));
describe('the settings of the relay', () => {
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'robots.yaml');
  const load = (robots: string, env = {}) => {
    writeFileSync(file, robots, { mode: 0o600 });
    return loadRelaySettings({ RELAY_ROBOTS_FILE: file, ...env });
  };

  test('When robots stand in the file and in the environment, then all are used', () => {
    const { robots, port, exposedFile } = load(
      'robots: [{ name: a, kind: wecom, url: "https://chat/send?key=1" }]',
      {
        RELAY_FEISHU_URL: 'https://chat/hook/2',
        RELAY_FEISHU_SECRET: 's',
        GTE_PORT: '1',
      },
    );
    assert.deepEqual(robots, [
      { name: 'a', kind: 'wecom', url: 'https://chat/send?key=1' },
      { name: 'feishu', kind: 'feishu', url: 'https://chat/hook/2', secret: 's' },
    ]);
    assert.equal(port, 8060);
    assert.equal(exposedFile, undefined);
  });

  for (const [what, robots, env, message] of [
    ['a kind is unknown', 'robots: [{ name: a, kind: slack, url: "https://c/" }]', {}, /robots file .*kind/],
    ['an entry is unknown', 'robots: [{ name: a, kind: wecom, url: "https://c/", token: t }]', {}, /token/],
    [
      'WeCom shall call all',
      'robots: [{ name: a, kind: wecom, url: "https://c/", mentions: [all] }]',
      {},
      /robots\.0\.mentions: WeCom .*user ids/,
    ],
    ['an address is none', 'robots: [{ name: a, kind: wecom, url: "ftp://c/" }]', {}, /url/],
    ['the file is no YAML', 'robots: [', {}, /can't be read/],
    [
      'two robots share a name',
      'robots: [{ name: wecom, kind: wecom, url: "https://c/" }]',
      { RELAY_WECOM_URL: 'https://c/' },
      /two robots are named wecom/,
    ],
    ['a setting is unknown', 'robots: []', { RELAY_PROT: '1' }, /RELAY_PROT/],
    ['the time zone is none', 'robots: []', { RELAY_TIME_ZONE: 'Mars' }, /RELAY_TIME_ZONE/],
    ['the file is missing', 'robots: []', { RELAY_ROBOTS_FILE: '/nowhere/robots.yaml' }, /nowhere.*ENOENT/],
  ] as const) {
    test(`When ${what}, then the error says where`, () => {
      assert.throws(() => load(robots, env), { name: 'StartError', message });
    });
  }
});
