import * as z from 'zod';
import { triples } from '../model/decode/triples.ts';
import type { Manifest } from '../model/manifest.ts';
import { found } from './found.ts';
import { request, text } from './input-fields.ts';
import { readWindows } from './read-windows.ts';
import { rounded, score, spanFields, spanOf } from './result-fields.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksHead } from './unavailable.ts';

const result = z.array(
  z.strictObject({
    subject: z.strictObject(spanFields),
    predicate: z.string(),
    object: z.strictObject(spanFields),
    score,
  }),
);

/** Subject, predicate, object. */
export function createRelation(manifest: Manifest): TaskOrReason {
  const { extractor } = manifest;
  const head = extractor?.heads.relation;
  if (!extractor || !head) return lacksHead('relation', manifest);
  const { output, pair } = head;
  const options = { windowTokens: head.window_tokens, outputs: [output, pair.query, pair.key] };
  const input = request('relation', { input_text: text() }).meta({
    examples: [{ task_type: 'relation', input_text: '《平凡的世界》是作家路遥创作的一部长篇小说。' }],
  });

  const task: Task<z.infer<typeof input>> = {
    type: 'relation',
    input,
    result,
    async run({ input_text }, engine, call) {
      const relations: z.infer<typeof result> = [];
      for await (const { chars, logits, place } of readWindows(input_text, options, engine, call)) {
        const parts = { relation: logits(output), query: logits(pair.query), key: logits(pair.key) };
        for (const { subject, predicate, object, score } of triples(parts, head, extractor.span_max_tokens))
          relations.push({
            subject: spanOf(chars, place(subject)),
            predicate,
            object: spanOf(chars, place(object)),
            score: rounded(score),
          });
      }
      return found(relations, ({ predicate }) => predicate);
    },
  };
  return task;
}
