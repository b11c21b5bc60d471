import * as z from 'zod';
import { events } from '../model/decode/events.ts';
import type { Manifest } from '../model/manifest.ts';
import { found } from './found.ts';
import { request, text } from './input-fields.ts';
import { readWindows } from './read-windows.ts';
import { rounded, score, spanFields, spanOf } from './result-fields.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksHead } from './unavailable.ts';

const result = z.array(
  z.strictObject({
    type: z.string(),
    trigger: z.strictObject(spanFields).meta({ description: 'the word that names the event' }),
    score,
    arguments: z.array(z.strictObject({ role: z.string(), ...spanFields, score })),
  }),
);

/** Events: type, trigger, and who or what takes part in which role. */
export function createEvent(manifest: Manifest): TaskOrReason {
  const { extractor } = manifest;
  const head = extractor?.heads.event;
  if (!extractor || !head) return lacksHead('event', manifest);
  const options = { windowTokens: head.window_tokens, outputs: [head.trigger, head.role] };
  const input = request('event', { input_text: text() }).meta({
    examples: [{ task_type: 'event', input_text: '苹果公司昨日发布了新一代手机，起售价5999元。' }],
  });

  const task: Task<z.infer<typeof input>> = {
    type: 'event',
    input,
    result,
    async run({ input_text }, engine, call) {
      const happened: z.infer<typeof result> = [];
      for await (const { chars, logits, place } of readWindows(input_text, options, engine, call)) {
        const parts = { trigger: logits(head.trigger), role: logits(head.role) };
        for (const event of events(parts, head, extractor.span_max_tokens))
          happened.push({
            type: event.type,
            trigger: spanOf(chars, place(event.trigger)),
            score: rounded(event.trigger.score),
            arguments: event.arguments.map(({ role, score, ...tokens }) => ({
              role,
              ...spanOf(chars, place(tokens)),
              score: rounded(score),
            })),
          });
      }
      return found(happened, ({ type }) => type);
    },
  };
  return task;
}
