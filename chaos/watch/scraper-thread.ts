// Runs in a worker_thread: see scraper.ts. Only what is asked of the scrapes is kept: thousands of parsed bodies would fill the
// memory.
import { parentPort, workerData } from 'node:worker_threads';
import type { Exposition } from '../../test/metrics/parse-exposition.ts';
import { parseExposition } from '../../test/metrics/parse-exposition.ts';
import type { ScraperOptions, Scrapes } from './scraper.ts';

const { metricsUrl, intervalMs, counter } = workerData as ScraperOptions;

const seen = { fewestReady: Infinity, increase: 0 };
const timesMs: number[] = [];
const fallen = new Set<string>();
const faults: string[] = [];
let totals = new Map<string, number>();
let counted: number | undefined;
let last: Promise<void> = Promise.resolve();
let busy = false;

function look(exposition: Exposition): void {
  seen.fewestReady = Math.min(seen.fewestReady, exposition.sum('gte_workers', { state: 'ready' }));
  const now = totalsOf(exposition);
  for (const [series, value] of totals) if (!((now.get(series) ?? -1) >= value)) fallen.add(series);
  totals = now;
  if (counter === undefined) return;
  const value = exposition.sum(counter);
  if (counted !== undefined) seen.increase += value >= counted ? value - counted : value;
  counted = value;
}

const scrape = async () => {
  const startedAt = performance.now();
  try {
    const answer = await fetch(`${metricsUrl}/metrics`, { signal: AbortSignal.timeout(5000) });
    const text = await answer.text();
    timesMs.push(performance.now() - startedAt);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    look(parseExposition(text, 'text'));
  } catch (error) {
    faults.push(String((error as Error).cause ?? error));
  }
};
await fetch(metricsUrl); // loads Node's fetch, which is not the scrape's time
// One at a time: bodies that overtake each other would look like counters that fell.
const timer = setInterval(() => {
  if (busy) return;
  busy = true;
  last = scrape().finally(() => {
    busy = false;
  });
}, intervalMs);

parentPort?.once('message', async () => {
  clearInterval(timer);
  await last;
  const [firstMs = 0, ...otherMs] = timesMs;
  parentPort?.postMessage({
    ...seen,
    firstMs,
    slowestMs: Math.max(0, ...otherMs),
    fallen,
    faults,
  } satisfies Scrapes);
});

function totalsOf(exposition: Exposition): Map<string, number> {
  const totals = exposition.samples.filter(({ name }) => isTotal(name, exposition));
  return new Map(totals.map(({ series, value }) => [series, value]));
}

function isTotal(name: string, { types }: Exposition): boolean {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return types.get(name) === 'counter' || types.get(family) === 'histogram';
}
