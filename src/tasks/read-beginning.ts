import type { Call, Reader, Sequence } from '../model/engine.ts';

/**
 * The beginning of a text as one sequence, for outputs that see only one window.
 * @param windowTokens without [CLS] and [SEP]
 */
export async function readBeginning(
  text: string,
  windowTokens: number,
  reader: Reader,
  call: Call,
): Promise<{ sequence: Sequence; truncated: boolean }> {
  const { ids } = await reader.tokenize(text, call);
  const { cls, sep } = reader;
  return {
    sequence: { ids: [cls, ...ids.slice(0, windowTokens), sep] },
    truncated: ids.length > windowTokens,
  };
}
