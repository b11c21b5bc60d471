import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../../src/config.ts';
import { renderAlertmanager } from '../../../src/stack/render-alertmanager.ts';
import { renderPrometheus } from '../../../src/stack/render-prometheus.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';

const ALL = ['nginx', 'node', 'prometheus', 'alertmanager', 'relay'];
type Job = { job_name: string; static_configs?: { targets: string[] }[]; authorization?: object };

function render(env: Record<string, string> = {}, components = ALL, targetFiles: string[] = []) {
  const files = renderPrometheus(loadConfig(env), loadStackSettings(env), components, targetFiles);
  const config = parse(files['prometheus.yml'] ?? '');
  const jobs = Object.fromEntries(config.scrape_configs.map((job: Job) => [job.job_name, job]));
  const target = (job: string) => jobs[job]?.static_configs[0].targets[0];
  return { files, config, jobs, target };
}

test('When nothing is set, then what is rendered equals the committed file', () => {
  const { target, jobs, config } = render();
  assert.deepEqual(Object.keys(jobs), ['gte', 'node', 'nginx', 'prometheus', 'alertmanager', 'relay']);
  assert.equal(target('gte'), '127.0.0.1:9090');
  assert.equal(target('prometheus'), '127.0.0.1:9091');
  assert.equal(config.global.scrape_interval, '15s');
});

test('When ports are set, then targets, Alertmanager, its webhooks and the runbook links have them', () => {
  const env = {
    GTE_METRICS_HOST: '::1',
    GTE_METRICS_PORT: '9990',
    ALERTMANAGER_PORT: '9993',
    RELAY_PORT: '8960',
  };
  const { target, config, files } = render(env);
  assert.equal(target('gte'), '[::1]:9990');
  assert.deepEqual(config.alerting.alertmanagers[0].static_configs[0].targets, ['127.0.0.1:9993']);
  assert.match(
    files['rules/alerts.yml'] ?? '',
    /runbook_url: http:\/\/127\.0\.0\.1:8960\/runbooks\/GTE_Down\n/,
  );
  const alertmanager = renderAlertmanager(loadStackSettings(env))['alertmanager.yml'] ?? '';
  assert.equal(alertmanager.match(/http:\/\/127\.0\.0\.1:8960\/alerts/g)?.length, 2);
});

test("When a file names a job's targets, then nothing else does, also where this machine runs no such program", () => {
  const { jobs } = render({}, ['prometheus'], ['gte-vms.yml', 'node.yml', 'nginx.yml.example']);
  assert.deepEqual(Object.keys(jobs), ['gte', 'node', 'prometheus']);
  for (const name of ['gte', 'node']) {
    assert.equal(jobs[name].static_configs, undefined);
    assert.deepEqual(jobs[name].file_sd_configs[0].files, [`targets/${name}*.yml`]);
  }
});

test("When exporters listen at a machine's address, then they are scraped there", () => {
  const { target } = render({ NODE_EXPORTER_HOST: '10.0.0.11', NGINX_EXPORTER_HOST: '::' });
  assert.equal(target('node'), '10.0.0.11:9100');
  assert.equal(target('nginx'), '127.0.0.1:9113');
});

test('When a file with more settings is named, then they are added, and a file that is none is named', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-extra-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'extra.yml');
  writeFileSync(
    file,
    stringify({
      global: { external_labels: { site: 'beijing' } },
      remote_write: [{ url: 'https://store/api/v1/push' }],
      scrape_configs: [{ job_name: 'other', static_configs: [{ targets: ['a:1'] }] }],
    }),
  );
  const { config } = render({ PROMETHEUS_EXTRA: file });
  assert.equal(config.global.scrape_interval, '15s');
  assert.equal(config.global.external_labels.site, 'beijing');
  assert.equal(config.remote_write[0].url, 'https://store/api/v1/push');
  assert.equal(config.scrape_configs.length, ALL.length + 2);
  for (const PROMETHEUS_EXTRA of [folder, join(folder, 'none')])
    assert.throws(() => render({ PROMETHEUS_EXTRA }), { name: 'StartError', message: /PROMETHEUS_EXTRA/ });
  writeFileSync(file, '- a');
  assert.throws(() => render({ PROMETHEUS_EXTRA: file }), { name: 'StartError', message: /no settings/ });
});

test('When components are left out, then Prometheus neither scrapes nor notifies them', () => {
  const { jobs, config } = render({}, ['prometheus']);
  assert.deepEqual(Object.keys(jobs), ['gte', 'prometheus']);
  assert.equal(config.alerting, undefined);
});

test('When the metrics port demands a token, then Prometheus reads it from a file of its own', () => {
  const { jobs, files } = render({ GTE_METRICS_TOKEN: 'sixteen-characters' });
  assert.deepEqual(jobs.gte.authorization, { credentials_file: 'metrics-token' });
  assert.equal(files['metrics-token'], 'sixteen-characters');
  assert.doesNotMatch(files['prometheus.yml'] ?? '', /sixteen/);
});
