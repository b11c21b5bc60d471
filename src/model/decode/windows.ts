import type { Encoding } from '../tokenizer.ts';

const SENTENCE_ENDS = new Set('。！？!?；;\n…');
const CLAUSE_ENDS = new Set('，,、：:）)');

/** Tokens [begin, end) of a text. */
export interface TokenRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * Splits the tokens of a text into ranges of at most `limit`, each cut after the last sentence end that fits, else after
 * the last clause end, else at the limit.
 * @param chars the text's code points
 */
export function windows(
  chars: readonly string[],
  offsets: Encoding['offsets'],
  limit: number,
): readonly TokenRange[] {
  const ranges: TokenRange[] = [];
  let begin = 0;
  const lastAfter = (ends: ReadonlySet<string>) => {
    for (let i = begin + limit - 1; i > begin; i -= 1) {
      const end = offsets[i]?.[1] ?? 0;
      if (ends.has(chars[end - 1] ?? '')) return i + 1;
    }
    return undefined;
  };
  while (offsets.length - begin > limit) {
    const end: number = lastAfter(SENTENCE_ENDS) ?? lastAfter(CLAUSE_ENDS) ?? begin + limit;
    ranges.push({ begin, end });
    begin = end;
  }
  if (begin < offsets.length) ranges.push({ begin, end: offsets.length });
  return ranges;
}
