import { setTimeout as sleep } from 'node:timers/promises';
import { type Exposition, parseExposition } from '../../metrics/parse-exposition.ts';
import { until } from '../until.ts';

interface Scrape {
  /** `Date.now()` before it was asked for and after it was there. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}
/** Between which two values a number was. */
export type Between = readonly [low: number, high: number];

const PAUSE_MS = 100;
/** A scrape that takes longer says that the machine is busy with other things. */
const BUSY_MS = 300;

/**
 * Scrapes /metrics again and again, and notes when the primary took each of the board's samples: two scrapes enclose a
 * sample, so what the board shows of it can be compared while load runs.
 */
export function followMetrics(metricsUrl: string) {
  const scrapes: Scrape[] = [];
  const frames = new Map<number, number>();
  const ended = new AbortController();

  const scraping = (async () => {
    while (!ended.signal.aborted) {
      const from = Date.now();
      // A kept-alive connection may be closed by the primary just when it is used again.
      const answer = await fetch(`${metricsUrl}/metrics`, { headers: { Connection: 'close' } });
      const text = await answer.text();
      // A primary that is short of time says so instead.
      if (answer.ok) scrapes.push({ from, to: Date.now(), text });
      await sleep(PAUSE_MS);
    }
  })();
  const watching = (async () => {
    const answer = await fetch(`${metricsUrl}/board/stream`, { signal: ended.signal });
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(chunk, { stream: true });
      const events = rest.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const [, data] = /^event: frame\ndata: (.*)$/.exec(event) ?? [];
        if (data === undefined) continue;
        const { second, at } = JSON.parse(data) as { second: number; at: number };
        frames.set(second, at);
      }
    }
  })().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });

  /** The scrapes before and after a sample; none before the follower began. */
  const around = async (second: number): Promise<{ before: Scrape; after: Scrape } | undefined> => {
    const known = [...frames.keys()].filter((one) => one <= second).sort((a, b) => b - a)[0];
    const at = known === undefined ? undefined : frames.get(known);
    if (at === undefined) return undefined;
    const after = await until('a scrape after the sample', () => scrapes.find(({ from }) => from > at));
    // The frame is stamped when its sample has been taken.
    const before = scrapes.findLast(({ to }) => to < at - PAUSE_MS);
    return before && { before, after };
  };

  return {
    /** Whether it has followed the board for so many seconds before this one. */
    covers: async (second: number, seconds: number) => (await around(second - seconds)) !== undefined,
    /** What /metrics said, and `Date.now()`, when from that moment on it first showed it. */
    async firstSeen(shows: (metrics: Exposition) => boolean, from: number) {
      let next = scrapes.filter((scrape) => scrape.from < from).length;
      return until('/metrics shows it', () => {
        while (next < scrapes.length) {
          const { text, to } = scrapes[next++] as Scrape;
          const metrics = parseExposition(text, 'text');
          if (shows(metrics)) return { at: to, metrics };
        }
        return undefined;
      });
    },
    /** How often the primary had sampled since that moment when it took this second's sample. */
    ticks: (from: number, second: number) =>
      [...frames].filter(([known, at]) => at > from && known <= second).length,
    /** Whether the machine answered at once all the time between. */
    prompt: (from: number, to: number) =>
      scrapes.every((one) => one.to < from || one.from > to || one.to - one.from < BUSY_MS),
    async stop() {
      ended.abort();
      await Promise.all([scraping, watching]);
    },
    /** What /metrics says of the seconds of the board that end with this one; from the service's start where not covered. */
    async window(second: number, seconds: number) {
      const end = (await around(second)) ?? fail(`nothing is known of second ${second}`);
      const start = await around(second - seconds);
      const parsed = (scrape: Scrape) => parseExposition(scrape.text, 'text');
      const last = { low: parsed(end.before), high: parsed(end.after) };
      const first = start && { low: parsed(start.before), high: parsed(start.after) };
      const increase = (count: (metrics: Exposition) => number): Between => [
        Math.max(0, count(last.low) - (first ? count(first.high) : 0)),
        count(last.high) - (first ? count(first.low) : 0),
      ];
      return {
        increase,
        rate(count: (metrics: Exposition) => number): Between {
          if (!start) throw new Error('a rate needs both ends');
          const [low, high] = increase(count);
          const shortest = (end.before.from - start.after.to) / 1000;
          const longest = (end.after.to - start.before.from) / 1000;
          return [low / longest, high / shortest];
        },
      };
    },
  };
}

/** Of `part` and `rest`, which have no request in common, the part's share. */
export const share = (part: Between, rest: Between): Between => [
  part[0] / (part[0] + rest[1]),
  part[1] / (part[1] + rest[0]),
];

/**
 * What histogram_quantile() may give: `below` says of each edge which share of the observations is not above it.
 */
export function quantileBetween(q: number, edges: readonly number[], below: readonly Between[]): Between {
  const at = (shares: readonly number[]) => {
    const i = shares.findIndex((one) => one >= q);
    if (i === -1) return edges.at(-1) ?? Number.NaN;
    const [lower, from] = i === 0 ? [0, 0] : [edges[i - 1] as number, shares[i - 1] as number];
    return lower + (((edges[i] as number) - lower) * (q - from)) / ((shares[i] as number) - from);
  };
  return [at(below.map(([, high]) => high)), at(below.map(([low]) => low))];
}

function fail(reason: string): never {
  throw new Error(reason);
}
