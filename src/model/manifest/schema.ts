import * as z from 'zod';
import { fileName, name, positive, sha256 } from './fields.ts';
import { golden } from './golden.ts';
import { heads } from './heads.ts';

const precision = z.enum(['fp32', 'fp16', 'int8']);

/** Weights that the graph keeps in a file beside it. */
const data = z.strictObject({ file: fileName, sha256 });

const extractor = z.strictObject({
  file: fileName,
  sha256,
  data: data.optional(),
  precision,
  /** Longest span of a pointer head, in tokens. */
  span_max_tokens: positive,
  heads,
});

const encoder = z.strictObject({
  file: fileName,
  sha256,
  data: data.optional(),
  precision,
  output: name,
  dimensions: positive,
  /** True when the graph itself scales vectors to length 1. */
  normalized: z.boolean(),
  /** Where the weights come from, and their licence. */
  base: z.string().optional(),
});

/** manifest.json of a model folder: which files it holds, what their outputs mean, how to check them. */
export const manifestSchema = z
  .strictObject({
    manifest_version: z.literal(1),
    name,
    version: name,
    license: z.string(),
    tokenizer: z.strictObject({ file: fileName, sha256, max_tokens: positive }),
    extractor: extractor.optional(),
    encoder: encoder.optional(),
    /** A caller's own labels: softmax of cosine ÷ temperature. */
    labels: z.strictObject({ temperature: z.number().positive() }).optional(),
    golden,
  })
  .superRefine((manifest, ctx) => {
    if (!manifest.extractor && !manifest.encoder)
      ctx.addIssue({ code: 'custom', path: [], message: 'names neither an extractor nor an encoder' });
    for (const [head, described] of Object.entries(manifest.extractor?.heads ?? {})) {
      const special = head === 'qa' ? 0 : 2;
      const tokens = (described?.window_tokens ?? 0) + special;
      if (tokens > manifest.tokenizer.max_tokens)
        ctx.addIssue({
          code: 'custom',
          path: ['extractor', 'heads', head, 'window_tokens'],
          message: `needs ${tokens} tokens, but tokenizer.max_tokens is ${manifest.tokenizer.max_tokens}`,
        });
    }
  });

export type Manifest = z.infer<typeof manifestSchema>;
