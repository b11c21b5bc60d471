import type { Span } from './span.ts';

export interface TypedSpan extends Span {
  readonly type: string;
  readonly score: number;
}

/** From here on the longer of two overlapping spans wins, below it the surer. */
const SURE = 0.6;

/** Spans of several schemes → the same without overlaps, in text order. */
export function merged(spans: readonly TypedSpan[]): TypedSpan[] {
  const kept: TypedSpan[] = [];
  for (const span of [...spans].sort(byClaim))
    if (kept.every((other) => span.end <= other.start || span.start >= other.end)) kept.push(span);
  return kept.sort((a, b) => a.start - b.start);
}

function byClaim(a: TypedSpan, b: TypedSpan): number {
  const unsure = Number(a.score < SURE) - Number(b.score < SURE);
  const longer = a.score < SURE ? 0 : b.end - b.start - (a.end - a.start);
  const byType = Number(a.type > b.type) - Number(a.type < b.type);
  return unsure || longer || b.score - a.score || a.start - b.start || byType;
}
