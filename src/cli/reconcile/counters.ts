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

/** Unix seconds at which the primary, and so every counter, began. */
export const startedAt = (samples: readonly Sample[]) =>
  samples.find(({ name, labels }) => name === 'process_start_time_seconds' && labels.slot === 'primary')
    ?.value ?? 0;

export const difference = (after: Cells, before: Cells): Cells =>
  new Map([...after].map(([cell, count]) => [cell, count - (before.get(cell) ?? 0)]));

export interface ScrapedCells {
  readonly cells: Cells;
  /** Unix seconds of the scrape. */
  readonly time: number;
}

/** The counters as Prometheus scraped them last before `time`; undefined when it did not scrape then. */
export async function scrapedCells(prometheus: Prometheus, time: number): Promise<ScrapedCells | undefined> {
  const [values, times] = await Promise.all([
    prometheus.query(REQUESTS, time),
    prometheus.query(`max(timestamp(${REQUESTS}))`, time),
  ]);
  const scraped = times[0]?.value;
  return scraped === undefined ? undefined : { cells: cellsOf(values), time: scraped };
}
