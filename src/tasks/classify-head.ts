import { InferenceError } from '../errors.ts';
import type { Call, Engine } from '../model/engine.ts';
import { type Label, labelAnswer } from './label-answer.ts';
import { readBeginning } from './read-beginning.ts';
import type { Answer } from './task.ts';

export interface SentenceHead {
  readonly output: string;
  readonly labels: readonly Label[];
  readonly windowTokens: number;
}

/** Chooses a label by a head of the extractor that sees the beginning of the text. */
export async function classifyHead(
  text: string,
  { output, labels, windowTokens }: SentenceHead,
  engine: Engine,
  call: Call,
): Promise<Answer> {
  const { sequence, truncated } = await readBeginning(text, windowTokens, engine.extractor, call);
  const [logits] = await engine.extract([sequence], [output], call);
  if (!logits?.[output]) throw new InferenceError(new Error(`the extractor gave no ${output}`));
  return labelAnswer(labels, logits[output].data, truncated);
}
