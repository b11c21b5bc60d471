import type { Registry } from 'prom-client';

/** A registry and the labels that each of its series carries on top of its own. */
export interface MetricSource {
  readonly registry: Registry;
  readonly labels: Readonly<Record<string, string>>;
  /** Brings values up to date that nobody sets; called before the registry is read, and returns with them there. */
  refresh?(): void;
}
