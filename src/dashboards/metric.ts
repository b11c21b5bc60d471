import { definitions } from '../metrics/definitions.ts';

/** Names of the service's metrics by their key in the catalogue. */
export const metric = Object.fromEntries(
  Object.entries(definitions).map(([key, { name }]) => [key, name]),
) as { readonly [K in keyof typeof definitions]: (typeof definitions)[K]['name'] };

/** Label matchers of the chosen job and instances, and more of them: `task_type="$task"`. */
export const chosen = (...more: string[]): string =>
  `{${['job="$job"', 'instance=~"$instance"', ...more].join(', ')}}`;

/** Grafana's own window: four scrape intervals at least, and as wide as a pixel of the graph. */
export const rate = (selector: string): string => `rate(${selector}[$__rate_interval])`;

/** A quantile of a classic histogram, by the labels named. */
export function quantile(q: number, histogram: string, matchers: string, by: readonly string[] = []): string {
  return `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (${rate(`${histogram}_bucket${matchers}`)}))`;
}

/** Sum ÷ count of a histogram. */
export function mean(histogram: string, matchers: string, by: readonly string[] = []): string {
  const sum = (part: string) => `sum by (${by.join(', ')}) (${rate(`${histogram}_${part}${matchers}`)})`;
  return `${sum('sum')} / (${sum('count')} > 0)`;
}
