import * as z from 'zod';
import type { Manifest } from '../model/manifest.ts';
import { embedTexts } from './embed-texts.ts';
import { request, text } from './input-fields.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksEncoder } from './unavailable.ts';

/** Eight decimals say all that a float32 of a vector of length 1 holds. */
const rounded = (value: number) => Math.round(value * 1e8) / 1e8;

/** The sentence vector of a text. */
export function createEmbedding(manifest: Manifest): TaskOrReason {
  if (!manifest.encoder) return lacksEncoder('embedding', manifest);
  const { dimensions } = manifest.encoder;
  const input = request('embedding', { input_text: text() }).meta({
    examples: [{ task_type: 'embedding', input_text: '花呗怎么还款' }],
  });

  const task: Task<z.infer<typeof input>> = {
    type: 'embedding',
    input,
    result: z.strictObject({
      embedding: z.array(z.number()).length(dimensions).meta({ description: 'of length 1' }),
      dimensions: z.literal(dimensions),
    }),
    async run({ input_text }, engine, call) {
      const { vectors, truncated } = await embedTexts([input_text], engine, call);
      const embedding = Array.from(vectors[0] ?? [], rounded);
      return { result: { embedding, dimensions }, truncated, empty: false, labels: [], confidences: [] };
    },
  };
  return task;
}
