import * as z from 'zod';
import { probability } from './fields.ts';

const text = z.string();
const place = z.strictObject({ start: z.int().min(0), end: z.int().min(0) });
const scores = z.record(z.string(), probability);

/** What a call was given and what it answered; scores are probabilities. */
const row = z.union([
  z.strictObject({
    task: z.literal('ner'),
    scheme: z.string(),
    text,
    answer: z.array(z.strictObject({ ...place.shape, type: z.string(), score: probability })),
  }),
  z.strictObject({
    task: z.literal('relation'),
    text,
    answer: z.array(
      z.strictObject({ subject: place, predicate: z.string(), object: place, score: probability }),
    ),
  }),
  z.strictObject({
    task: z.literal('event'),
    text,
    answer: z.array(
      z.strictObject({
        type: z.string(),
        trigger: place,
        score: probability,
        arguments: z.array(z.strictObject({ role: z.string(), ...place.shape, score: probability })),
      }),
    ),
  }),
  z.strictObject({ task: z.literal('sentiment'), head: z.string(), text, answer: scores }),
  z.strictObject({ task: z.literal('classification'), head: z.string(), text, answer: scores }),
  z.strictObject({ task: z.literal('classification'), labels: z.array(z.string()), text, answer: scores }),
  z.strictObject({
    task: z.literal('qa'),
    context: z.string(),
    question: z.string(),
    answer: z.strictObject({ ...place.shape, margin: z.number() }).nullable(),
  }),
  z.strictObject({ task: z.literal('similarity'), texts: z.tuple([text, text]), answer: z.number() }),
  z.strictObject({ task: z.literal('embedding'), text, first16: z.array(z.number()), answer: z.null() }),
]);

export type GoldenRow = z.infer<typeof row>;

/** Reference answers that a worker repeats before it is ready. */
export const golden = z.strictObject({
  score_tolerance: probability,
  rows_may_differ: z.int().min(0),
  rows: z.array(row).min(1),
});
