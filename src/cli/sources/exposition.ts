export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Record<string, string> = { n: '\n' };

/** Samples of Prometheus' text format; comments and time stamps are left out. */
export function parseExposition(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const match = LINE.exec(line);
    if (!match) continue;
    const labels: Record<string, string> = {};
    for (const [, name = '', value = ''] of (match[2] ?? '').matchAll(LABEL))
      labels[name] = value.replaceAll(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c);
    samples.push({ name: match[1] ?? '', labels, value: Number(match[3]?.replace('Inf', 'Infinity')) });
  }
  return samples;
}

/** Unix seconds at which the primary, and so every counter, began. */
export const startedAt = (samples: readonly Sample[]): number =>
  samples.find(({ name, labels }) => name === 'process_start_time_seconds' && labels.slot === 'primary')
    ?.value ?? 0;

/** Sum of the samples of `name` that have all given labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Labels = {}): number {
  let sum = 0;
  for (const sample of samples)
    if (sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
      sum += sample.value;
  return sum;
}
