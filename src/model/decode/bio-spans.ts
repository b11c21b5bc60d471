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
  const logp = Array.from({ length: logits.rows }, (_, row) => {
    const begin = row * logits.columns + offset;
    return logSoftmax(logits.data.subarray(begin, begin + tags.length));
  });
  const path = bestPath(logp, tags);
  const spans: TypedTokens[] = [];
  let first = -1;
  const close = (end: number) => {
    if (first < 0) return;
    let sum = 0;
    for (let i = first; i < end; i += 1) sum += Math.exp(logp[i]?.[path[i] ?? 0] ?? 0);
    const type = tags[path[first] ?? 0]?.slice(2) ?? '';
    spans.push({ first, last: end - 1, type, score: sum / (end - first) });
    first = -1;
  };
  path.forEach((tag, i) => {
    const name = tags[tag] ?? '';
    if (name.startsWith('I-')) return;
    close(i);
    if (name.startsWith('B-')) first = i;
  });
  close(path.length);
  return spans;
}

function logSoftmax(row: Float32Array): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of row) max = Math.max(max, value);
  let sum = 0;
  for (const value of row) sum += Math.exp(value - max);
  const shift = max + Math.log(sum);
  return Float64Array.from(row, (value) => value - shift);
}

/** The tag of each row on the path of the largest sum; of equals, the first. */
function bestPath(logp: readonly Float64Array[], tags: readonly string[]): number[] {
  const inside = tags.map((tag) => tag.startsWith('I-'));
  const same = tags.map((to) =>
    [...tags.keys()].filter((from) => tags[from] !== 'O' && tags[from]?.slice(2) === to.slice(2)),
  );
  const all = [...tags.keys()];
  let best = Float64Array.from(tags, (_, i) => (inside[i] ? Number.NEGATIVE_INFINITY : (logp[0]?.[i] ?? 0)));
  const back: number[][] = [];
  for (const row of logp.slice(1)) {
    const any = argmax(best, all);
    const previous = best;
    const pointers = same.map((candidates, tag) => (inside[tag] ? argmax(previous, candidates) : any));
    best = row.map((value, tag) => value + (previous[pointers[tag] ?? 0] ?? 0));
    back.push(pointers);
  }
  const path = [argmax(best, all)];
  for (const pointers of back.reverse()) path.push(pointers[path.at(-1) ?? 0] ?? 0);
  return path.reverse();
}

function argmax(values: Float64Array, candidates: readonly number[]): number {
  let first = candidates[0] ?? 0;
  for (const i of candidates) if ((values[i] ?? 0) > (values[first] ?? 0)) first = i;
  return first;
}
