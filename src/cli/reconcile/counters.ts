import { definitions } from '../../metrics/definitions.ts';
import type { Sample } from '../sources/exposition.ts';
import type { Prometheus } from '../sources/prometheus.ts';
import { type Cells, cellOf } from './tally-log.ts';

const REQUESTS = definitions.taskRequests.name;

/** Requests counted since the service started. */
export function cellsOf(samples: readonly Pick<Sample, 'labels' | 'value'>[]): Cells {
  const cells = new Map<string, number>();
  for (const { labels, value } of samples) {
    const cell = cellOf(labels.task_type ?? '', labels.status ?? '');
    cells.set(cell, (cells.get(cell) ?? 0) + value);
  }
  return cells;
}

export const requestSamples = (samples: readonly Sample[]) => samples.filter(({ name }) => name === REQUESTS);

export const difference = (after: Cells, before: Cells): Cells =>
  new Map([...after].map(([cell, count]) => [cell, count - (before.get(cell) ?? 0)]));

export interface ScrapedCells {
  readonly cells: Cells;
  /** Unix seconds of the scrape. */
  readonly time: number;
}

/**
 * An instance's counters as Prometheus scraped them last before `time`; undefined when it did not scrape then.
 * @param instance a selector, as `thisInstance` gives it
 */
export async function scrapedCells(
  prometheus: Prometheus,
  instance: string,
  time: number,
): Promise<ScrapedCells | undefined> {
  const [values, times] = await Promise.all([
    prometheus.query(`${REQUESTS}{${instance}}`, time),
    prometheus.query(`max(timestamp(${definitions.workers.name}{${instance}}))`, time),
  ]);
  const scraped = times[0]?.value;
  return scraped === undefined ? undefined : { cells: cellsOf(values), time: scraped };
}
