import type { Matrix } from '../engine.ts';
import type { RelationHead } from '../manifest/heads.ts';
import { pointerSpans } from './pointer-spans.ts';
import { sigmoid } from './sigmoid.ts';
import type { TokenSpan } from './span.ts';

export interface TokenTriple {
  readonly subject: TokenSpan;
  readonly predicate: string;
  readonly object: TokenSpan;
  readonly score: number;
}

/**
 * For each predicate, the pairs of a subject and an object whose first tokens' query · key is above 0; a triple's score
 * is the smallest of its parts'.
 */
export function triples(
  logits: { relation: Matrix; query: Matrix; key: Matrix },
  { order, predicates, pair }: RelationHead,
  maxTokens: number,
): TokenTriple[] {
  const block = (name: (typeof order)[number]) => order.indexOf(name) * predicates.length;
  const spans = (start: number, end: number) => pointerSpans(logits.relation, { start, end, maxTokens });
  return predicates.flatMap((predicate, p) => {
    const subjects = spans(block('subject_start') + p, block('subject_end') + p);
    if (subjects.length === 0) return [];
    const objects = spans(block('object_start') + p, block('object_end') + p);
    return subjects.flatMap((subject) =>
      objects.flatMap((object) => {
        if (subject.first === object.first && subject.last === object.last) return [];
        const match = product(logits.query, subject.first, logits.key, object.first) * pair.scale;
        if (match <= 0) return [];
        return [{ subject, predicate, object, score: Math.min(subject.score, object.score, sigmoid(match)) }];
      }),
    );
  });
}

/** Dot product of a row of one matrix and a row of another. */
function product(a: Matrix, rowOfA: number, b: Matrix, rowOfB: number): number {
  let sum = 0;
  for (let i = 0; i < a.columns; i += 1)
    sum += (a.data[rowOfA * a.columns + i] ?? 0) * (b.data[rowOfB * b.columns + i] ?? 0);
  return sum;
}
