import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StackSettings } from './settings.ts';

const folder = resolve(import.meta.dirname, '../../grafana/provisioning');
const FILES = ['datasources/prometheus.yml', 'dashboards/gte-serve.yml'];

/** grafana/provisioning with the configured port of Prometheus. */
export function renderGrafana({ PROMETHEUS_PORT }: StackSettings): Record<string, string> {
  return Object.fromEntries(
    FILES.map((name) => [
      `provisioning/${name}`,
      readFileSync(join(folder, name), 'utf8').replaceAll('127.0.0.1:9091', `127.0.0.1:${PROMETHEUS_PORT}`),
    ]),
  );
}
