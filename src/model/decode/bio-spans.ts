import type { Matrix } from '../engine.ts';
import type { ScoredTokens } from './span.ts';

/** A label set in a BIO output: its columns are [offset, offset + tags.length). */
export interface BioScheme {
  readonly offset: number;
  readonly tags: readonly string[];
}

export interface TypedTokens extends ScoredTokens {
  readonly type: string;
}

/**
 * The spans of the best tag path in which I-x follows only B-x or I-x (Viterbi without learnt transitions); a span's
 * score is the mean softmax probability of its tags.
 */
export function bioSpans(logits: Matrix, { offset, tags }: BioScheme): TypedTokens[] {
  if (logits.rows === 0) return [];
  const logp = logSoftmax(logits, offset, tags.length);
  const path = bestPath(logp, tags);
  const spans: TypedTokens[] = [];
  let first = -1;
  const close = (end: number) => {
    if (first < 0) return;
    let sum = 0;
    for (let row = first; row < end; row += 1)
      sum += Math.exp(logp[row * tags.length + (path[row] ?? 0)] ?? 0);
    const type = tags[path[first] ?? 0]?.slice(2) ?? '';
    spans.push({ first, last: end - 1, type, score: sum / (end - first) });
    first = -1;
  };
  path.forEach((tag, row) => {
    const name = tags[tag] ?? '';
    if (name.startsWith('I-')) return;
    close(row);
    if (name.startsWith('B-')) first = row;
  });
  close(path.length);
  return spans;
}

/** Log-probabilities of the columns [offset, offset + count), row by row. */
function logSoftmax({ rows, columns, data }: Matrix, offset: number, count: number): Float64Array {
  const logp = new Float64Array(rows * count);
  for (let row = 0; row < rows; row += 1) {
    const begin = row * columns + offset;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i += 1) max = Math.max(max, data[begin + i] ?? 0);
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += Math.exp((data[begin + i] ?? 0) - max);
    const shift = max + Math.log(sum);
    for (let i = 0; i < count; i += 1) logp[row * count + i] = (data[begin + i] ?? 0) - shift;
  }
  return logp;
}

/** The tag of each row on the path of the largest sum; of equals, the first. */
function bestPath(logp: Float64Array, tags: readonly string[]): number[] {
  const count = tags.length;
  const rows = logp.length / count;
  const all = [...tags.keys()];
  const before = tags.map((to) =>
    to.startsWith('I-') ? all.filter((i) => tags[i] !== 'O' && tags[i]?.slice(2) === to.slice(2)) : undefined,
  );
  let best = Float64Array.from(before, (inside, tag) =>
    inside ? Number.NEGATIVE_INFINITY : (logp[tag] ?? 0),
  );
  const back = new Int32Array(rows * count);
  for (let row = 1; row < rows; row += 1) {
    const any = argmax(best, all);
    const sums = new Float64Array(count);
    for (let tag = 0; tag < count; tag += 1) {
      const candidates = before[tag];
      const from = candidates ? argmax(best, candidates) : any;
      back[row * count + tag] = from;
      sums[tag] = (best[from] ?? 0) + (logp[row * count + tag] ?? 0);
    }
    best = sums;
  }
  const path = new Array<number>(rows);
  let tag = argmax(best, all);
  for (let row = rows - 1; row >= 0; row -= 1) {
    path[row] = tag;
    tag = back[row * count + tag] ?? 0;
  }
  return path;
}

function argmax(values: Float64Array, candidates: readonly number[]): number {
  let first = candidates[0] ?? 0;
  for (const i of candidates) if ((values[i] ?? 0) > (values[first] ?? 0)) first = i;
  return first;
}
