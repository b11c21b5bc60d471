import * as z from 'zod';
import { softmax } from '../model/decode/softmax.ts';
import { rounded, score } from './result-fields.ts';
import type { Answer } from './task.ts';

export interface Label {
  readonly label: string;
  readonly name: string;
}

/** Result of the tasks that choose one label. */
export const labelResult = z.strictObject({
  label: z.string().meta({ description: 'the most probable label' }),
  name: z.string().meta({ description: 'its Chinese name, or the label itself when it is your own' }),
  score,
  scores: z.record(z.string(), score).meta({ description: 'probability of each label; they add up to 1' }),
});

/**
 * The softmax of one logit a label.
 * @param counted what the metrics call a label
 */
export function labelAnswer(
  labels: readonly Label[],
  logits: ArrayLike<number>,
  truncated: boolean,
  counted = ({ label }: Label) => label,
): Answer {
  const probabilities = softmax(logits).map(rounded);
  const first = probabilities.indexOf(Math.max(...probabilities));
  const best = labels[first] ?? { label: '', name: '' };
  const score = probabilities[first] ?? 0;
  const scores = Object.fromEntries(labels.map(({ label }, i) => [label, probabilities[i] ?? 0]));
  return {
    result: { label: best.label, name: best.name, score, scores } satisfies z.infer<typeof labelResult>,
    truncated,
    empty: false,
    labels: [counted(best)],
    confidences: [score],
  };
}
