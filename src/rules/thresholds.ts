import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { StartError } from '../errors.ts';

const NAMES = [
  'latency_p95_seconds',
  'latency_min_requests_per_minute',
  'error_ratio',
  'error_min_errors_per_minute',
  'shed_ratio',
  'shed_min_rejected_per_minute',
  'availability_objective',
  'burn_fast_factor',
  'burn_fast_min_failed_per_minute',
  'burn_slow_factor',
  'burn_slow_min_failed_per_minute',
  'restarts_in_15_minutes',
  'primary_restarts_in_15_minutes',
  'snapshot_age_seconds',
  'capacity_use_ratio',
  'queue_fill_ratio',
  'process_memory_bytes',
  'event_loop_p99_seconds',
  'host_memory_available_ratio',
  'disk_available_ratio',
] as const;

const threshold = z.strictObject({
  value: z.number().positive(),
  unit: z.string().min(1),
  why: z.string().min(1),
  measured: z.union([z.number(), z.string()]).nullable(),
});
const file = z.strictObject({
  runbook_base_url: z.url(),
  thresholds: z.record(z.enum(NAMES), threshold),
});

export type ThresholdName = (typeof NAMES)[number];
export interface Thresholds {
  /** Prefix of every alert's runbook_url, without a slash at its end. */
  readonly runbookBaseUrl: string;
  readonly values: Readonly<Record<ThresholdName, number>>;
}

/**
 * Reads prometheus/thresholds.yaml.
 * @throws StartError naming the file and each wrong, missing or unknown entry.
 */
export function loadThresholds(path: string): Thresholds {
  const parsed = file.safeParse(parse(readFileSync(path, 'utf8')));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new StartError(`${path}: ${problems.join('; ')}`);
  }
  const entries = Object.entries(parsed.data.thresholds).map(([name, { value }]) => [name, value]);
  return {
    runbookBaseUrl: parsed.data.runbook_base_url.replace(/\/+$/, ''),
    values: Object.fromEntries(entries) as Record<ThresholdName, number>,
  };
}
