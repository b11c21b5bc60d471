import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { COMPONENT_NAMES } from '../../../src/stack/component.ts';
import { components } from '../../../src/stack/components/index.ts';
import { loadStackSettings, stackSettings } from '../../../src/stack/settings.ts';

const root = resolve(import.meta.dirname, '../../..');
const settings = loadStackSettings({});

test('When a component exists, then the start script names it and the stop script stops it', () => {
  const [start, stop] = ['start.sh', 'stop-stack.js'].map((name) =>
    readFileSync(`${root}/ops/${name}`, 'utf8'),
  );
  for (const name of COMPONENT_NAMES) {
    assert.ok(start?.includes(name), name);
    assert.match(stop ?? '', new RegExp(`gte-${name === 'service' ? 'serve' : name}'`), name);
  }
});

test('When components run side by side, then no two take the same port, and settings move each', () => {
  const ports = components.flatMap((component) => Object.entries(component.ports(settings)));
  assert.equal(new Set(ports.map(([, port]) => port)).size, ports.length);
  for (const [setting] of ports) assert.ok(setting in stackSettings.shape, setting);
});

test('When a component is started, then what it needs was started before, the service apart', () => {
  const order = components.map(({ name }) => name);
  for (const { name, needs } of components)
    for (const need of needs.filter(
      (one) => one !== 'service' && one !== 'prometheus' && one !== 'alertmanager',
    ))
      assert.ok(order.indexOf(need) < order.indexOf(name), `${need} before ${name}`);
});
