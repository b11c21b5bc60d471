import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Config } from '../config.ts';
import { renderRules } from '../rules/render-rules.ts';
import { loadThresholds } from '../rules/thresholds.ts';
import type { StackSettings } from './settings.ts';

const folder = resolve(import.meta.dirname, '../../prometheus');
export const TOKEN_FILE = 'metrics-token';

interface ScrapeJob {
  job_name: string;
  static_configs: { targets: string[] }[];
  authorization?: { credentials_file: string };
}

/**
 * Prometheus' files by name: prometheus/prometheus.yml with the configured ports, without the jobs of components left
 * out, and the rules from prometheus/thresholds.yaml.
 * @param components names of what runs: the jobs to keep, and `alertmanager`
 */
export function renderPrometheus(
  { metrics, access }: Pick<Config, 'metrics' | 'access'>,
  settings: StackSettings,
  components: readonly string[],
): Record<string, string> {
  const config = parse(readFileSync(resolve(folder, 'prometheus.yml'), 'utf8'));
  const service = ['0.0.0.0', '::'].includes(metrics.host) ? '127.0.0.1' : metrics.host;
  const targets: Record<string, string> = {
    gte: `${service.includes(':') ? `[${service}]` : service}:${metrics.port}`,
    node: `127.0.0.1:${settings.NODE_EXPORTER_PORT}`,
    nginx: `127.0.0.1:${settings.NGINX_EXPORTER_PORT}`,
    prometheus: `127.0.0.1:${settings.PROMETHEUS_PORT}`,
    alertmanager: `127.0.0.1:${settings.ALERTMANAGER_PORT}`,
    relay: `127.0.0.1:${settings.RELAY_PORT}`,
  };
  config.scrape_configs = config.scrape_configs
    .filter(({ job_name }: ScrapeJob) => job_name === 'gte' || components.includes(job_name))
    .map((job: ScrapeJob) => ({ ...job, static_configs: [{ targets: [targets[job.job_name]] }] }));
  if (access.metricsToken !== undefined)
    config.scrape_configs[0].authorization = { credentials_file: TOKEN_FILE };
  if (components.includes('alertmanager'))
    config.alerting.alertmanagers[0].static_configs = [{ targets: [targets.alertmanager] }];
  else delete config.alerting;
  const thresholds = loadThresholds(resolve(folder, 'thresholds.yaml'));
  const runbooks = new URL(thresholds.runbookBaseUrl);
  if (runbooks.hostname === '127.0.0.1') runbooks.port = String(settings.RELAY_PORT);
  const rules = renderRules({ ...thresholds, runbookBaseUrl: runbooks.href });
  return {
    'prometheus.yml': stringify(config),
    ...Object.fromEntries(Object.entries(rules).map(([name, text]) => [`rules/${name}`, text])),
    ...(access.metricsToken === undefined ? {} : { [TOKEN_FILE]: access.metricsToken }),
  };
}
