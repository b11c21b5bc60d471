export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Name and labels, alike in whatever order these stand. */
  readonly series: string;
}

/** A scrape's body, checked while it is read. */
export interface Exposition {
  /** Type by family name; a counter's family ends in _total in the text format only. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** Sum of the samples with this name and (at least) these labels. */
  sum(name: string, labels?: Record<string, string>): number;
  find(name: string, labels?: Record<string, string>): Sample[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;
const SUFFIXES: Record<string, readonly string[]> = {
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

/**
 * Reads the text format 0.0.4 or OpenMetrics 1.0.0 as strictly as Prometheus does, and a little more.
 * @throws Error naming the line that is wrong.
 */
export function parseExposition(body: string, format: 'text' | 'openmetrics'): Exposition {
  const types = new Map<string, string>();
  const samples = new Map<string, Sample>();
  const named = new Map<string, Sample[]>();
  let family = '';
  const lines = body.split('\n');
  if (lines.pop() !== '') throw new Error('the last line does not end');
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('# EOF is missing');
  for (const line of lines) {
    const wrong = (what: string) => new Error(`${what}: ${JSON.stringify(line)}`);
    if (line === '' && format === 'text') continue;
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') continue;
    if (keyword === 'TYPE') {
      if (types.has(name)) throw wrong('family stands twice');
      types.set(name, rest);
      family = name;
      continue;
    }
    const sample = parseSample(line) ?? fail(wrong('not a sample'));
    const type = types.get(family) ?? fail(wrong('sample without a family'));
    const suffixes = type === 'counter' ? [format === 'openmetrics' ? '_total' : ''] : (SUFFIXES[type] ?? []);
    if (!suffixes.some((suffix) => sample.name === family + suffix)) throw wrong(`not of ${type} ${family}`);
    if (samples.has(sample.series)) throw wrong('series stands twice');
    if (type !== 'gauge' && !(sample.value >= 0)) throw wrong('neither counters nor buckets are below 0');
    samples.set(sample.series, sample);
    const alike = named.get(sample.name);
    if (alike) alike.push(sample);
    else named.set(sample.name, [sample]);
  }
  for (const [name, type] of types)
    if (type === 'histogram') checkBuckets(name, named.get(`${name}_bucket`) ?? [], samples);
  const find: Exposition['find'] = (name, labels = {}) => {
    const wanted = Object.entries(labels);
    return (named.get(name) ?? []).filter((sample) =>
      wanted.every(([label, value]) => sample.labels[label] === value),
    );
  };
  return {
    types,
    samples: [...samples.values()],
    find,
    sum: (name, labels) => find(name, labels).reduce((sum, { value }) => sum + value, 0),
  };
}

function parseSample(line: string): Sample | undefined {
  const [, name, body = '', number] = SAMPLE.exec(line) ?? [];
  if (name === undefined || number === undefined) return undefined;
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < body.length) {
    const [, label, value] = LABEL.exec(body) ?? [];
    if (label === undefined || value === undefined || label in labels) return undefined;
    labels[label] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
  }
  const value = parseNumber(number);
  return value === undefined ? undefined : { name, labels, value, series: seriesOf(name, labels) };
}

function seriesOf(name: string, labels: Sample['labels']): string {
  const names = Object.keys(labels).sort();
  return `${name}{${names.map((label) => `${label}=${JSON.stringify(labels[label])}`).join()}}`;
}

/** Go's ParseFloat takes NaN and Inf in any case. */
function parseNumber(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number.isNaN(Number(text)) ? undefined : Number(text);
}

/** Edges ascend, counts never fall from edge to edge, and the last one is the count. */
function checkBuckets(name: string, buckets: readonly Sample[], all: ReadonlyMap<string, Sample>): void {
  let before: Sample | undefined;
  for (const bucket of buckets) {
    const { le, ...labels } = bucket.labels;
    const edge = parseNumber(le ?? '') ?? fail(new Error(`${name}: bucket without an edge`));
    if (before && (edge <= Number(before.labels.le) || bucket.value < before.value))
      throw new Error(`${name}: buckets do not ascend at ${le}`);
    before = edge === Infinity ? undefined : bucket;
    if (edge === Infinity && all.get(seriesOf(`${name}_count`, labels))?.value !== bucket.value)
      throw new Error(`${name}: +Inf is not the count`);
  }
  if (before) throw new Error(`${name}: no +Inf bucket`);
}

function fail(error: Error): never {
  throw error;
}
