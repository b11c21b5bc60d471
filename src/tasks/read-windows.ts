import { InferenceError } from '../errors.ts';
import { innerRows } from '../model/decode/inner-rows.ts';
import type { Span, TokenSpan } from '../model/decode/span.ts';
import { windows } from '../model/decode/windows.ts';
import type { Call, Engine, Matrix } from '../model/engine.ts';
import { createPacer } from '../pacer.ts';

/** What the extractor says of one window of a text. */
export interface ReadWindow {
  /** The whole text's code points. */
  readonly chars: readonly string[];
  /** Logits of the window's tokens. */
  logits(output: string): Matrix;
  /** The window's tokens → the text's code points. */
  place(tokens: TokenSpan): Span;
}

export interface ReadOptions {
  readonly windowTokens: number;
  readonly outputs: readonly string[];
}

/** Runs the extractor over all windows of a text; between two of them the event loop may turn. */
export async function* readWindows(
  text: string,
  { windowTokens, outputs }: ReadOptions,
  engine: Engine,
  call: Call,
): AsyncGenerator<ReadWindow> {
  const chars = Array.from(text);
  const { ids, offsets } = await engine.extractor.tokenize(text, call);
  const ranges = windows(chars, offsets, windowTokens);
  if (ranges.length === 0) return;
  const { cls, sep } = engine.extractor;
  const sequences = ranges.map(({ begin, end }) => ({ ids: [cls, ...ids.slice(begin, end), sep] }));
  const read = await engine.extract(sequences, outputs, call);
  const pacer = createPacer();
  for (const [i, { begin }] of ranges.entries()) {
    if (pacer.due()) await pacer.rest();
    call.signal.throwIfAborted();
    yield {
      chars,
      logits(output) {
        const matrix = read[i]?.[output];
        if (!matrix) throw new InferenceError(new Error(`the extractor gave no ${output}`));
        return innerRows(matrix);
      },
      place: ({ first, last }) => ({
        start: offsets[begin + first]?.[0] ?? 0,
        end: offsets[begin + last]?.[1] ?? 0,
      }),
    };
  }
}
