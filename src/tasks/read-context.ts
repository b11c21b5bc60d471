import { InferenceError } from '../errors.ts';
import { bestAnswer } from '../model/decode/best-answer.ts';
import type { Span } from '../model/decode/span.ts';
import type { Call, Engine } from '../model/engine.ts';
import type { QaHead } from '../model/manifest/heads.ts';
import { createPacer } from '../pacer.ts';

/** A stretch of the context, and how much its logits exceed those of "no answer here". */
export interface FoundAnswer extends Span {
  readonly margin: number;
}

/**
 * Reads the whole context in overlapping windows, each behind the question.
 * @returns the best answer of all windows, none for a context without tokens; `truncated` when the question was cut.
 */
export async function readContext(
  { context, question }: { context: string; question: string },
  head: QaHead,
  maxTokens: number,
  engine: Engine,
  call: Call,
): Promise<{ best: FoundAnswer | undefined; truncated: boolean }> {
  const { cls, sep } = engine.extractor;
  const read = await engine.extractor.tokenize(context, call);
  const asking = await engine.extractor.tokenize(question, call);
  const questionTokens = head.question_tokens - 2;
  const truncated = asking.ids.length > questionTokens;
  const asked = [cls, ...asking.ids.slice(0, questionTokens), sep];
  const room = head.window_tokens - asked.length - 1;

  const begins: number[] = [];
  for (let begin = 0; begin < read.ids.length; begin += head.stride_tokens) {
    begins.push(begin);
    if (begin + room >= read.ids.length) break;
  }
  if (begins.length === 0) return { best: undefined, truncated };
  const sequences = begins.map((begin) => {
    const piece = read.ids.slice(begin, begin + room);
    return { ids: [...asked, ...piece, sep], types: [...asked.map(() => 0), ...piece.map(() => 1), 1] };
  });
  const logits = await engine.extract(sequences, [head.output], call);

  let best: FoundAnswer | undefined;
  const pacer = createPacer();
  for (const [i, begin] of begins.entries()) {
    if (pacer.due()) await pacer.rest();
    call.signal.throwIfAborted();
    const matrix = logits[i]?.[head.output];
    if (!matrix) throw new InferenceError(new Error(`the extractor gave no ${head.output}`));
    const found = bestAnswer(matrix, { begin: asked.length, end: matrix.rows - 1 }, head, maxTokens);
    if (found && (!best || found.margin > best.margin)) {
      const place = (token: number) => read.offsets[token - asked.length + begin];
      best = { start: place(found.first)?.[0] ?? 0, end: place(found.last)?.[1] ?? 0, margin: found.margin };
    }
  }
  return { best, truncated };
}
