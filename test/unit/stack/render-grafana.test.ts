import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { renderGrafana } from '../../../src/stack/render-grafana.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';

const folder = resolve(import.meta.dirname, '../../../grafana/provisioning');

test('When the port of Prometheus is set, then the provisioned data source has it', () => {
  const files = renderGrafana(loadStackSettings({ PROMETHEUS_PORT: '9991' }));
  const { datasources } = parse(files['provisioning/datasources/prometheus.yml'] ?? '');
  assert.equal(datasources[0].url, 'http://127.0.0.1:9991');
});

test('When Grafana is provisioned, then every file of the repository is', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yml'),
  );
  assert.deepEqual(
    Object.keys(renderGrafana(loadStackSettings({}))).sort(),
    names.map((name) => `provisioning/${name}`).sort(),
  );
});
