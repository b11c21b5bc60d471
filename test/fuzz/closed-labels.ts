import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CANCEL_STAGES,
  definitions,
  KEY_STATUSES,
  type MetricDefinition,
  REJECT_REASONS,
  RESTART_REASONS,
  STAGES,
  STATUSES,
  WORKER_STATES,
} from '../../src/metrics/definitions.ts';
import { TASK_TYPES } from '../../src/task-types.ts';
import { root, type Service } from '../e2e/service.ts';
import { parseExposition, type Sample } from '../metrics/parse-exposition.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'];
const ERROR_CODE =
  /^(validation|unauthorized|forbidden|not_found|method_not_allowed|too_large|unsupported_type|overloaded|rate_limited|inference|not_ready|deadline|internal|cancelled)$/;

/** Every string of a model's manifest: its labels are among them. */
const NAMES = new Set(
  JSON.stringify(JSON.parse(readFileSync(join(root, 'models/starter/manifest.json'), 'utf8')))
    .match(/"(?:[^"\\]|\\.)*"/g)
    ?.map((text) => JSON.parse(text)),
);

/** The sets from which label values may come, whatever clients send; undefined: not counted by requests. */
function allowed(
  { name, labels }: Sample,
  label: string,
  routes: ReadonlySet<string>,
  keys: ReadonlySet<string>,
) {
  const value = labels[label] ?? '';
  if (label === 'slot') return /^(\d+|primary)$/.test(value);
  if (label === 'le') return true;
  if (label === 'task_type') return ([...TASK_TYPES, 'unknown'] as string[]).includes(value);
  if (label === 'method') return METHODS.includes(value);
  if (label === 'route') return routes.has(value);
  if (label === 'key') return keys.has(value);
  if (label === 'label') return value === 'custom' || NAMES.has(value);
  if (label === 'code') return name.startsWith('gte_') ? ERROR_CODE.test(value) : /^[2-5]\d\d$/.test(value);
  if (label === 'status') return ([...STATUSES, ...KEY_STATUSES] as string[]).includes(value);
  if (label === 'stage') return ([...STAGES, ...CANCEL_STAGES] as string[]).includes(value);
  if (label === 'reason') return ([...REJECT_REASONS, ...RESTART_REASONS] as string[]).includes(value);
  if (label === 'state') return (WORKER_STATES as readonly string[]).includes(value);
  return true;
}

export async function scrape(service: Service): Promise<readonly Sample[]> {
  const text = await (await fetch(`${service.metricsUrl}/metrics`)).text();
  return parseExposition(text, 'text').samples;
}

/**
 * Label values of /metrics that are in no closed set.
 * @param keys names of the API keys
 */
export async function openLabels(
  service: Service,
  routes: ReadonlySet<string>,
  keys: ReadonlySet<string>,
): Promise<string[]> {
  const own = Object.values<MetricDefinition>(definitions).map(({ name }) => name);
  const samples = (await scrape(service)).filter(({ name }) => own.some((metric) => name.startsWith(metric)));
  const open = samples.flatMap((sample) =>
    Object.keys(sample.labels)
      .filter((label) => !allowed(sample, label, routes, keys))
      .map((label) => `${sample.name} ${label}=${JSON.stringify(sample.labels[label])}`),
  );
  return [...new Set(open)];
}
