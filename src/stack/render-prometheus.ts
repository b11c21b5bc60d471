import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';
import { reachedAt } from '../host-and-port.ts';
import { renderRules } from '../rules/render-rules.ts';
import { loadThresholds } from '../rules/thresholds.ts';
import type { StackSettings } from './settings.ts';

const folder = resolve(import.meta.dirname, '../../prometheus');
export const TOKEN_FILE = 'metrics-token';

interface ScrapeJob {
  job_name: string;
  static_configs?: { targets: string[] }[];
  file_sd_configs?: { files: string[] }[];
  authorization?: { credentials_file: string };
}

/**
 * Prometheus' files by name: prometheus/prometheus.yml with the configured ports, without the jobs of components left
 * out, and the rules from prometheus/thresholds.yaml.
 * @param components names of what runs: the jobs to keep, and `alertmanager`
 * @param targetFiles names in the folder `targets`: where one is for a job, it names all targets of that job
 */
export function renderPrometheus(
  { metrics, access }: Pick<Config, 'metrics' | 'access'>,
  settings: StackSettings,
  components: readonly string[],
  targetFiles: readonly string[] = [],
): Record<string, string> {
  const config = parse(readFileSync(resolve(folder, 'prometheus.yml'), 'utf8'));
  const targets: Record<string, string> = {
    gte: reachedAt(metrics.host, metrics.port),
    node: reachedAt(settings.NODE_EXPORTER_HOST, settings.NODE_EXPORTER_PORT),
    nginx: reachedAt(settings.NGINX_EXPORTER_HOST, settings.NGINX_EXPORTER_PORT),
    prometheus: `127.0.0.1:${settings.PROMETHEUS_PORT}`,
    alertmanager: `127.0.0.1:${settings.ALERTMANAGER_PORT}`,
    relay: `127.0.0.1:${settings.RELAY_PORT}`,
  };
  config.scrape_configs = config.scrape_configs
    .filter(
      (job: ScrapeJob) =>
        job.job_name === 'gte' || components.includes(job.job_name) || isNamed(job, targetFiles),
    )
    .map(({ static_configs: _, ...job }: ScrapeJob) =>
      isNamed(job, targetFiles) ? job : { ...job, static_configs: [{ targets: [targets[job.job_name]] }] },
    );
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
    'prometheus.yml': stringify(
      settings.PROMETHEUS_EXTRA ? added(config, settings.PROMETHEUS_EXTRA) : config,
    ),
    ...Object.fromEntries(Object.entries(rules).map(([name, text]) => [`rules/${name}`, text])),
    ...(access.metricsToken === undefined ? {} : { [TOKEN_FILE]: access.metricsToken }),
  };
}

/** Whether a file of that folder matches the job's patterns, `targets/NAME*.yml`. */
function isNamed({ file_sd_configs = [] }: ScrapeJob, targetFiles: readonly string[]): boolean {
  return file_sd_configs
    .flatMap(({ files }) => files)
    .some((pattern) => {
      const [start = '', end = ''] = pattern.replace('targets/', '').split('*');
      return targetFiles.some((name) => name.startsWith(start) && name.endsWith(end));
    });
}

/** Adds the entries of a YAML file: lists are continued, `global` and its like completed. */
function added(config: Record<string, unknown>, path: string): Record<string, unknown> {
  const extra = readExtra(path);
  const entries = Object.entries(extra).map(([key, value]) => {
    const present = config[key];
    if (Array.isArray(present) && Array.isArray(value)) return [key, [...present, ...value]];
    return [key, isObject(present) && isObject(value) ? { ...present, ...value } : value];
  });
  return { ...config, ...Object.fromEntries(entries) };
}

function readExtra(path: string): Record<string, unknown> {
  try {
    const extra: unknown = parse(readFileSync(path, 'utf8'));
    if (isObject(extra)) return extra;
  } catch (error) {
    throw new StartError(`PROMETHEUS_EXTRA ${path} can't be read: ${(error as Error).message}`);
  }
  throw new StartError(`PROMETHEUS_EXTRA ${path} holds no settings of Prometheus`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
