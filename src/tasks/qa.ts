import * as z from 'zod';
import { sigmoid } from '../model/decode/sigmoid.ts';
import type { Manifest } from '../model/manifest.ts';
import { anyText, request, text } from './input-fields.ts';
import { readContext } from './read-context.ts';
import { rounded, score, spanOf } from './result-fields.ts';
import { splitQuestion } from './split-question.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksHead } from './unavailable.ts';

const place = z.int().min(0).nullable();
const result = z.strictObject({
  answer: z.string().nullable().meta({ description: 'null when the context holds no answer' }),
  start: place.meta({ description: 'first code point of the answer in the context' }),
  end: place.meta({ description: 'code point after the last' }),
  score,
});

const without = (...names: string[]) => Object.fromEntries(names.map((name) => [name, false]));

/** The answer to a question, as a stretch of the context. */
export function createQa(manifest: Manifest): TaskOrReason {
  const { extractor } = manifest;
  const head = extractor?.heads.qa;
  if (!extractor || !head) return lacksHead('qa', manifest);
  const input = request('qa', {
    input_text: text()
      .meta({ description: 'context|question', pattern: '[|｜][\\s\\S]*[^\\s\\ufeff]' })
      .optional(),
    context: anyText().optional(),
    question: text().optional(),
  })
    .superRefine(({ input_text, context, question }, ctx) => {
      const problem = (field: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: [field], message });
      if (input_text === undefined) {
        if (context === undefined && question === undefined)
          problem('input_text', 'is missing: send "context|question", or the fields context and question');
        else if (context === undefined) problem('context', 'is missing');
        else if (question === undefined) problem('question', 'is missing');
      } else if (context !== undefined || question !== undefined)
        problem('input_text', 'must not be given together with context and question');
      else if (!splitQuestion(input_text))
        problem('input_text', 'must be "context|question", with a question after the last |');
    })
    .meta({
      oneOf: [
        { required: ['input_text'], properties: without('context', 'question') },
        { required: ['context', 'question'], properties: without('input_text') },
      ],
      examples: [
        {
          task_type: 'qa',
          input_text: '长江发源于青藏高原的唐古拉山脉，在上海市注入东海。|长江发源于哪里？',
        },
      ],
    });

  const task: Task<z.infer<typeof input>> = {
    type: 'qa',
    input,
    result,
    async run({ input_text = '', context = '', question = '' }, engine, call) {
      const asked = question === '' ? splitQuestion(input_text) : { context, question };
      if (!asked) throw new Error('an unchecked input');
      const { best, truncated } = await readContext(asked, head, extractor.span_max_tokens, engine, call);
      const score = best ? rounded(sigmoid(best.margin)) : 0;
      if (!best || best.margin < head.null_margin) {
        const nothing: z.infer<typeof result> = { answer: null, start: null, end: null, score };
        return { result: nothing, truncated, empty: true, labels: [], confidences: [] };
      }
      const { text: answer, start, end } = spanOf(Array.from(asked.context), best);
      return {
        result: { answer, start, end, score } satisfies z.infer<typeof result>,
        truncated,
        empty: false,
        labels: [],
        confidences: [score],
      };
    },
  };
  return task;
}
