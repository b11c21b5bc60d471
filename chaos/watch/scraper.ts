import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface ScraperOptions {
  readonly metricsUrl: string;
  readonly intervalMs: number;
  /** Its growth is reported. */
  readonly counter?: string;
}

export interface Scrapes {
  /** Of the first scrape, for which the primary runs code that it has not run before. */
  readonly firstMs: number;
  /** Of all others. */
  readonly slowestMs: number;
  /** Fewest ready workers that a scrape showed. */
  readonly fewestReady: number;
  /** Series of counters and histograms that fell from one scrape to the next, or vanished. */
  readonly fallen: ReadonlySet<string>;
  /** How much the counter grew, as Prometheus' increase() counts: a fall is a reset to 0. */
  readonly increase: number;
  /** Scrapes that failed or could not be parsed. */
  readonly faults: readonly string[];
}

export interface Scraper {
  /** What was seen from the start to now. */
  stop(): Promise<Scrapes>;
}

/**
 * Scrapes /metrics again and again, each body parsed as strictly as Prometheus does. In a thread of its own, as Prometheus is
 * a process of its own: beside the clients it would measure when they let it look at the clock.
 */
export function startScraper(options: ScraperOptions): Scraper {
  const thread = new Worker(new URL('./scraper-thread.ts', import.meta.url), { workerData: options });
  const failed = once(thread, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined); // awaited by stop
  return {
    async stop() {
      const told = once(thread, 'message');
      thread.postMessage('stop');
      const [scrapes] = await Promise.race([told, failed]);
      await thread.terminate();
      return scrapes;
    },
  };
}
