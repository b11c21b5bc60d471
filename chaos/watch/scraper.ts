import type { Exposition } from '../../test/metrics/parse-exposition.ts';
import { parseExposition } from '../../test/metrics/parse-exposition.ts';

export interface Scrape {
  /** performance.now() at its end. */
  readonly at: number;
  readonly ms: number;
  readonly exposition: Exposition;
}

export interface Scraper {
  readonly scrapes: readonly Scrape[];
  /** Scrapes that failed or could not be parsed. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
}

/** Scrapes /metrics again and again, each body parsed as strictly as Prometheus does. */
export function startScraper(metricsUrl: string, intervalMs: number): Scraper {
  const scrapes: Scrape[] = [];
  const faults: string[] = [];
  let last: Promise<void> = Promise.resolve();
  const scrape = async () => {
    const startedAt = performance.now();
    try {
      const answer = await fetch(`${metricsUrl}/metrics`, { signal: AbortSignal.timeout(5000) });
      const text = await answer.text();
      const at = performance.now();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      scrapes.push({ at, ms: at - startedAt, exposition: parseExposition(text, 'text') });
    } catch (error) {
      faults.push(String((error as Error).cause ?? error));
    }
  };
  const timer = setInterval(() => {
    last = scrape();
  }, intervalMs);
  return {
    scrapes,
    faults,
    async stop() {
      clearInterval(timer);
      await last;
    },
  };
}

/** How much a counter grew over the scrapes, counted as Prometheus' increase() does: a fall is a reset to 0. */
export function increaseOf(scrapes: readonly Scrape[], name: string): number {
  const values = scrapes.map(({ exposition }) => exposition.sum(name));
  return values.slice(1).reduce((sum, value, i) => {
    const before = values[i] ?? 0;
    return sum + (value >= before ? value - before : value);
  }, 0);
}

/** Series of counters and histograms that fell from one scrape to the next, or vanished. */
export function fallenSeries(scrapes: readonly Scrape[]): string[] {
  const fallen = new Set<string>();
  let before = new Map<string, number>();
  for (const { exposition } of scrapes) {
    const now = new Map<string, number>();
    for (const { name, labels, value } of exposition.samples) {
      if (!isTotal(name, exposition)) continue;
      now.set(`${name}${JSON.stringify(Object.entries(labels).sort())}`, value);
    }
    for (const [series, value] of before) if (!((now.get(series) ?? -1) >= value)) fallen.add(series);
    before = now;
  }
  return [...fallen];
}

function isTotal(name: string, { types }: Exposition): boolean {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return types.get(name) === 'counter' || types.get(family) === 'histogram';
}
