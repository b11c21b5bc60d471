import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseComponents } from '../../../src/stack/choose-components.ts';

for (const [flags, chosen] of [
  ['', 'service nginx nginx-exporter node-exporter prometheus alertmanager relay grafana'],
  ['--only service', 'service'],
  ['--only nginx --only prometheus', 'nginx prometheus'],
  ['--without=grafana', 'service nginx nginx-exporter node-exporter prometheus alertmanager relay'],
  ['--without prometheus', 'service nginx'],
  ['--without nginx', 'service node-exporter prometheus alertmanager relay grafana'],
  ['--without alertmanager', 'service nginx nginx-exporter node-exporter prometheus grafana'],
  ['--only nginx --without nginx', ''],
] as const) {
  test(`When the flags are "${flags}", then "${chosen}" is run`, () => {
    assert.equal(chooseComponents(flags.split(' ').filter(Boolean)).join(' '), chosen);
  });
}

for (const flags of ['--only', '--only nope', '--with nginx', 'nginx']) {
  test(`When the flags are "${flags}", then the error says what may be said`, () => {
    assert.throws(() => chooseComponents(flags.split(' ')), { name: 'StartError' });
  });
}
