import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { binaryApp } from '../binary-app.ts';
import type { Component, ComponentName } from '../component.ts';
import { renderPrometheus } from '../render-prometheus.ts';

/** Scrape jobs that have another name than their component. */
const JOBS: Partial<Record<ComponentName, string>> = { 'node-exporter': 'node', 'nginx-exporter': 'nginx' };
/** nginx itself is seen by its exporter, Grafana by nobody. */
const UNSCRAPED: readonly ComponentName[] = ['service', 'nginx', 'grafana'];

export const jobsOf = (components: readonly ComponentName[]) =>
  components.filter((name) => !UNSCRAPED.includes(name)).map((name) => JOBS[name] ?? name);

const listTargets = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

export const prometheus: Component = {
  name: 'prometheus',
  needs: [],
  tools: ['prometheus', 'promtool'],
  rereads: true,
  ports: ({ PROMETHEUS_PORT }) => ({ PROMETHEUS_PORT }),
  files: ({ config, settings, components, paths }) =>
    renderPrometheus(
      config,
      settings,
      jobsOf(components),
      listTargets(join(paths.etc, 'prometheus/targets')),
    ),
  check: ({ etc }) => ['promtool', 'check', 'config', join(etc, 'prometheus/prometheus.yml')],
  app: (context) => {
    const { paths, settings } = context;
    return binaryApp(context, 'gte-prometheus', 'prometheus', [
      `--config.file=${join(paths.etc, 'prometheus/prometheus.yml')}`,
      `--storage.tsdb.path=${join(paths.data, 'prometheus')}`,
      `--storage.tsdb.retention.time=${settings.PROMETHEUS_RETENTION}`,
      `--web.listen-address=127.0.0.1:${settings.PROMETHEUS_PORT}`,
    ]);
  },
  ready: ({ PROMETHEUS_PORT }) => `http://127.0.0.1:${PROMETHEUS_PORT}/-/ready`,
  page: ({ PROMETHEUS_PORT }) => `http://127.0.0.1:${PROMETHEUS_PORT}/`,
};
