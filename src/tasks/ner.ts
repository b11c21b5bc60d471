import * as z from 'zod';
import { bioSpans } from '../model/decode/bio-spans.ts';
import { merged, type TypedSpan } from '../model/decode/merged.ts';
import { unquoted } from '../model/decode/unquoted.ts';
import type { NerHead } from '../model/manifest/heads.ts';
import type { Manifest } from '../model/manifest.ts';
import { found } from './found.ts';
import { choice, request, text } from './input-fields.ts';
import { type ReadWindow, readWindows } from './read-windows.ts';
import { rounded, score, spanFields, spanOf } from './result-fields.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksHead } from './unavailable.ts';

const DEFAULT = 'default';

const result = z.array(
  z.strictObject({
    text: spanFields.text,
    type: z.string().meta({ description: 'type within the scheme' }),
    name: z.string().meta({ description: 'Chinese name of the type' }),
    start: spanFields.start,
    end: spanFields.end,
    score,
  }),
);

/** Named entities of one scheme, or of the default one, which takes each type from the scheme that knows it best. */
export function createNer(manifest: Manifest): TaskOrReason {
  const head = manifest.extractor?.heads.ner;
  if (!head) return lacksHead('ner', manifest);
  const input = request('ner', {
    input_text: text(),
    scheme: choice([DEFAULT, ...Object.keys(head.schemes)]).optional(),
  }).meta({ examples: [{ task_type: 'ner', input_text: '华为公司创始人任正非在深圳会见了客户代表。' }] });

  const task: Task<z.infer<typeof input>> = {
    type: 'ner',
    input,
    result,
    async run({ input_text, scheme = DEFAULT }, engine, call) {
      const options = { windowTokens: head.window_tokens, outputs: [head.output] };
      const names = namesOf(head, scheme);
      const entities: z.infer<typeof result> = [];
      for await (const window of readWindows(input_text, options, engine, call)) {
        const spans = scheme === DEFAULT ? ofDefault(window, head) : ofScheme(window, head, scheme);
        for (const { type, score, ...span } of spans)
          entities.push({
            ...spanOf(window.chars, span),
            type,
            name: names.get(type) ?? type,
            score: rounded(score),
          });
      }
      return found(entities, ({ type }) => type);
    },
  };
  return task;
}

function namesOf(head: NerHead, scheme: string): Map<string, string> {
  if (scheme === DEFAULT) return new Map(head.default.map(({ type, name }) => [type, name]));
  return new Map(head.schemes[scheme]?.types.map(({ label, name }) => [label, name]));
}

function ofScheme(window: ReadWindow, head: NerHead, scheme: string): TypedSpan[] {
  const described = head.schemes[scheme];
  if (!described) return [];
  return bioSpans(window.logits(head.output), described).map(({ type, score, ...tokens }) => ({
    ...window.place(tokens),
    type,
    score,
  }));
}

function ofDefault(window: ReadWindow, head: NerHead): TypedSpan[] {
  const spans = Object.keys(head.schemes).flatMap((scheme) => {
    const chosen = head.default.filter((entry) => entry.scheme === scheme);
    const types = new Map(chosen.map(({ tag, type }) => [tag, type]));
    return ofScheme(window, head, scheme).flatMap(({ type: tag, score, ...span }) => {
      const type = types.get(tag);
      return type === undefined ? [] : [{ ...unquoted(window.chars, span), type, score }];
    });
  });
  return merged(spans);
}
