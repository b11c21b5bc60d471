import * as z from 'zod';
import type { Manifest } from '../model/manifest.ts';
import { cosine, embedTexts } from './embed-texts.ts';
import { request, text } from './input-fields.ts';
import { rounded } from './result-fields.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksEncoder } from './unavailable.ts';

/** How near two texts are in meaning. */
export function createSimilarity(manifest: Manifest): TaskOrReason {
  if (!manifest.encoder) return lacksEncoder('similarity', manifest);
  const input = request('similarity', { text_a: text(), text_b: text() }).meta({
    examples: [{ task_type: 'similarity', text_a: '花呗怎么还款', text_b: '如何偿还花呗账单' }],
  });

  const task: Task<z.infer<typeof input>> = {
    type: 'similarity',
    input,
    result: z.strictObject({
      score: z.number().min(-1).max(1).meta({ description: 'cosine of the sentence vectors' }),
    }),
    async run({ text_a, text_b }, engine, call) {
      const { vectors, truncated } = await embedTexts([text_a, text_b], engine, call);
      const [a = new Float32Array(), b = new Float32Array()] = vectors;
      const score = rounded(cosine(a, b));
      return { result: { score }, truncated, empty: false, labels: [], confidences: [] };
    },
  };
  return task;
}
