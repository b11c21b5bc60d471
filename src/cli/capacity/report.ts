import type { Traffic } from './headroom.ts';
import type { Capacity, Objective } from './measure.ts';

export interface CapacityReport {
  readonly url: string;
  readonly workers: number;
  readonly objective: Objective;
  /** The mix (or the only task) first. */
  readonly results: readonly Capacity[];
  /** `used`: share of what the first result sustains that the present traffic takes; null where one of them is unknown. */
  readonly headroom: Traffic & { readonly used: number | null };
  /** How many workers, of one core each, a rate needs; null unless asked for, and known. */
  readonly needed: { readonly rate: number; readonly cores: number } | null;
  /** Where the result is kept; null when there is none. */
  readonly kept: { readonly path: string; readonly fault: string | null } | null;
}

export interface CapacityFigures extends Pick<CapacityReport, 'url' | 'workers' | 'objective' | 'results'> {
  readonly traffic: Traffic;
  /** Requests a second that are asked for. */
  readonly wanted: number | null;
  readonly path: string;
  /** Why the result could not be kept. */
  readonly fault: string | null;
}

export function capacityReport(figures: CapacityFigures): CapacityReport {
  const { url, workers, objective, results, traffic, wanted, path, fault } = figures;
  const sustainable = results[0]?.sustainable ?? null;
  const { present } = traffic;
  const known = results.some((result) => result.sustainable !== null);
  return {
    url,
    workers,
    objective,
    results,
    headroom: { ...traffic, used: sustainable !== null && present !== null ? present / sustainable : null },
    needed:
      wanted === null || sustainable === null
        ? null
        : { rate: wanted, cores: Math.ceil((wanted * workers) / sustainable) },
    kept: known ? { path, fault } : null,
  };
}
