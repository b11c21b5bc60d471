import { definitions } from '../metrics/definitions.ts';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** critical wakes somebody, warning waits for the morning, none is the Watchdog's. */
export type Severity = 'critical' | 'warning' | 'none';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must hold, in Prometheus' notation; at once when left out. */
  readonly for?: string;
  readonly severity: Severity;
  /** Labels the expression can't give. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly summaryEn: string;
  /** Template of the value as a person reads it. */
  readonly value: string;
}

/** The scrape job of the service. */
export const JOB = 'gte';

/** A threshold as a summary shows it. */
export const percent = (ratio: number) => `${Number((ratio * 100).toFixed(4))}%`;

/** Names of the service's metrics by their key in the catalogue. */
export const metric = Object.fromEntries(
  Object.entries(definitions).map(([key, { name }]) => [key, name]),
) as { readonly [K in keyof typeof definitions]: (typeof definitions)[K]['name'] };
