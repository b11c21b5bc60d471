import * as z from 'zod';
import { blocks, labels, name, named, names, positive, probability } from './fields.ts';
import { nerHead } from './ner-head.ts';

/** Pointers of subjects and objects: one block of `predicates` columns for each name in `order`. */
const relationHead = z.strictObject({
  output: name,
  window_tokens: positive,
  order: blocks(['subject_start', 'subject_end', 'object_start', 'object_end']),
  predicates: names,
  pair: z.strictObject({ query: name, key: name, size: positive, scale: z.number().positive() }),
});

/** Pointers of triggers and arguments: a block of starts and one of ends each. */
const eventHead = z
  .strictObject({
    window_tokens: positive,
    trigger: name,
    role: name,
    order: blocks(['start', 'end']),
    types: names,
    roles: names,
    roles_of: named(z.array(name)),
    /** Score from which a trigger may own arguments before weaker ones. */
    sure: probability,
  })
  .superRefine(({ types, roles, roles_of }, ctx) => {
    const problem = (path: PropertyKey[], message: string) =>
      ctx.addIssue({ code: 'custom', path: ['roles_of', ...path], message });
    const missing = types.find((type) => !Object.hasOwn(roles_of, type));
    if (missing !== undefined) problem([], `lacks the type "${missing}"`);
    for (const [type, its] of Object.entries(roles_of)) {
      if (!types.includes(type)) problem([type], 'is not among the types');
      its.forEach((role, i) => {
        if (!roles.includes(role)) problem([type, i], `"${role}" is not among the roles`);
      });
    }
  });

/** Answer pointers over windows of the context behind the question; all token counts include special tokens. */
const qaHead = z
  .strictObject({
    output: name,
    order: blocks(['start', 'end']),
    /** Token whose logits say "no answer here". */
    null_token: z.int().min(0),
    /** Margin over "no answer here" below which the answer is null. */
    null_margin: z.number(),
    question_tokens: z.int().min(3),
    window_tokens: positive,
    stride_tokens: positive,
  })
  .superRefine((head, ctx) => {
    const problem = (field: string, message: string) =>
      ctx.addIssue({ code: 'custom', path: [field], message });
    const room = head.window_tokens - head.question_tokens - 1;
    if (head.null_token >= head.question_tokens) problem('null_token', 'must stand before the context');
    if (room < 1) problem('window_tokens', 'leaves no room for the context behind the question');
    else if (head.stride_tokens > room)
      problem(
        'stride_tokens',
        `is larger than the ${room} context tokens of a window: the rest would go unread`,
      );
  });

const sentimentHead = z.strictObject({ output: name, window_tokens: positive, labels });

const classificationHead = z
  .strictObject({
    window_tokens: positive,
    default: name,
    schemes: named(z.strictObject({ output: name, labels })),
  })
  .refine((head) => Object.hasOwn(head.schemes, head.default), {
    path: ['default'],
    message: 'is not among the schemes',
  });

/** What the outputs of the extractor mean. A model may offer any of them, at least one. */
export const heads = z
  .strictObject({
    ner: nerHead.optional(),
    relation: relationHead.optional(),
    event: eventHead.optional(),
    qa: qaHead.optional(),
    sentiment: sentimentHead.optional(),
    classification: classificationHead.optional(),
  })
  .refine((all) => Object.values(all).some(Boolean), 'must describe at least one head');

export type Heads = z.infer<typeof heads>;
export type NerHead = NonNullable<Heads['ner']>;
export type RelationHead = NonNullable<Heads['relation']>;
export type EventHead = NonNullable<Heads['event']>;
export type QaHead = NonNullable<Heads['qa']>;
export type SentimentHead = NonNullable<Heads['sentiment']>;
export type ClassificationHead = NonNullable<Heads['classification']>;
