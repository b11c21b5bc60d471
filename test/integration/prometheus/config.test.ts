import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../../src/config.ts';
import { renderPrometheus } from '../../../src/stack/render-prometheus.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';
import { runTool } from './promtool.ts';

test('When the configuration is for many VMs and writes to a store, then promtool takes it, targets and rules included', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'gte-prometheus-'));
  t.after(() => rmSync(home, { recursive: true }));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  };
  const extra =
    'global: { external_labels: { site: x } }\nremote_write: [{ url: https://store/api/v1/push }]\n';
  write('extra.yml', extra);
  write('targets/gte-vms.yml', '- targets: [10.0.0.11:9090]\n');
  const env = { GTE_METRICS_TOKEN: 'sixteen-characters', PROMETHEUS_EXTRA: join(home, 'extra.yml') };
  const jobs = ['node', 'nginx', 'prometheus', 'alertmanager', 'relay'];
  const files = renderPrometheus(loadConfig(env), loadStackSettings(env), jobs, ['gte-vms.yml']);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const { code, output } = await runTool('promtool', ['check', 'config', join(home, 'prometheus.yml')]);
  assert.equal(code, 0, output);
  assert.match(output, /2 rule files found/);
});
