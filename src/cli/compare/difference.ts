import type { Text } from '../language.ts';

/** Offsets are places, not scores: they are the same or not. */
const EXACT = new Set(['start', 'end', 'dimensions']);

/**
 * Where two answers differ, as `path: a → b`; undefined where they are the same. Scores may differ by `tolerance`, vectors by
 * 1 − cosine ≤ tolerance.
 */
export function difference(a: unknown, b: unknown, tolerance: number, path = ''): Text | undefined {
  const said = (en: string, zh: string): Text => ({
    en: `${path || 'answer'}: ${en}`,
    zh: `${path || '回答'}：${zh}`,
  });
  const here = () =>
    said(`${short(a, 'nothing')} → ${short(b, 'nothing')}`, `${short(a, '无')} → ${short(b, '无')}`);
  if (typeof a === 'number' && typeof b === 'number') {
    const allowed = EXACT.has(path.split('.').at(-1) ?? '') ? 0 : tolerance;
    return Math.abs(a - b) <= allowed ? undefined : here();
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Object.is(a, b) ? undefined : here();
  if (Array.isArray(a) !== Array.isArray(b)) return here();
  if (isVector(a) && isVector(b))
    return a.length === b.length && 1 - cosine(a, b) <= tolerance
      ? undefined
      : said(`cosine ${cosine(a, b).toFixed(4)}`, `余弦 ${cosine(a, b).toFixed(4)}`);
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return here();
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const inner = path === '' ? key : `${path}.${key}`;
    const found = difference(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
      tolerance,
      inner,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

const FEWEST_DIMENSIONS = 8;
const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length >= FEWEST_DIMENSIONS &&
  value.every((item) => typeof item === 'number');

function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  a.forEach((x, i) => {
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  });
  return dot / Math.sqrt(aa * bb);
}

function short(value: unknown, nothing: string): string {
  const text = JSON.stringify(value) ?? nothing;
  return text.length > 80 ? `${[...text].slice(0, 79).join('')}…` : text;
}
