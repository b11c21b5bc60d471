import type { MetricJson, SampleJson } from '../../metrics/metric-json.ts';

/** A private-use code point that announces an escaped character. */
const MARK = '\uE000';
const NEEDS_ESCAPE = /[,\uE000]/;

/**
 * prom-client's `aggregate()` takes series for one whose label values differ only in where `,name:` stands: it joins
 * labels with commas to compare them. Commas are hidden from it, and put back into the text it renders.
 */
export function hideCommas(metric: MetricJson): MetricJson {
  if (!metric.values.some(hasComma)) return metric;
  return { ...metric, values: metric.values.map((sample) => (hasComma(sample) ? hide(sample) : sample)) };
}

export function restoreCommas(exposition: string): string {
  if (!exposition.includes(MARK)) return exposition;
  return exposition.replace(/\uE000([cm])/g, (_, kind) => (kind === 'c' ? ',' : MARK));
}

function hasComma({ labels }: SampleJson): boolean {
  for (const name in labels) {
    const value = labels[name];
    if (typeof value === 'string' && NEEDS_ESCAPE.test(value)) return true;
  }
  return false;
}

function hide({ sharedLabels: _, ...sample }: SampleJson): SampleJson {
  const labels = Object.entries(sample.labels).map(([name, value]) => [
    name,
    typeof value === 'string'
      ? value.replace(/[,\uE000]/g, (character) => MARK + (character === ',' ? 'c' : 'm'))
      : value,
  ]);
  return { ...sample, labels: Object.fromEntries(labels) };
}
