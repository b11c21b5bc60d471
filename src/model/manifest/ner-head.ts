import * as z from 'zod';
import { distinct } from '../../distinct.ts';
import { labels, name, named, positive } from './fields.ts';

/** One label set of the ner output: its columns are [offset, offset + tags). */
const scheme = z
  .strictObject({
    offset: z.int().min(0),
    tags: z.array(name).superRefine(distinct((t) => t)),
    types: labels,
  })
  .superRefine(({ tags, types }, ctx) => {
    const expected = ['O', ...types.flatMap(({ label }) => [`B-${label}`, `I-${label}`])];
    const problem = (message: string) => ctx.addIssue({ code: 'custom', path: ['tags'], message });
    if (tags.length !== expected.length)
      problem(`has ${tags.length} tags, but its ${types.length} types need ${expected.length}`);
    else {
      const missing = expected.find((tag) => !tags.includes(tag));
      if (missing !== undefined) problem(`lacks the tag "${missing}"`);
    }
  });

export type NerScheme = z.infer<typeof scheme>;

/** BIO logits of several schemes side by side, and the default scheme made from the best types of each. */
export const nerHead = z
  .strictObject({
    output: name,
    window_tokens: positive,
    schemes: named(scheme),
    default: z.array(z.strictObject({ type: name, name, scheme: name, tag: name })).min(1),
  })
  .superRefine((head, ctx) => {
    const schemes = new Map(Object.entries(head.schemes));
    if (schemes.has('default'))
      ctx.addIssue({ code: 'custom', path: ['schemes', 'default'], message: 'the name "default" is taken' });
    head.default.forEach((entry, i) => {
      const problem = (field: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: ['default', i, field], message });
      const known = schemes.get(entry.scheme);
      if (!known) problem('scheme', `"${entry.scheme}" is not among the schemes`);
      else if (!known.types.some(({ label }) => label === entry.tag))
        problem('tag', `"${entry.tag}" is not a type of the scheme "${entry.scheme}"`);
    });
    let end = 0;
    for (const [name, { offset, tags }] of [...schemes].sort(([, a], [, b]) => a.offset - b.offset)) {
      if (offset !== end)
        ctx.addIssue({
          code: 'custom',
          path: ['schemes', name, 'offset'],
          message: `is ${offset}, but the columns before it end at ${end}`,
        });
      end = offset + tags.length;
    }
  });
