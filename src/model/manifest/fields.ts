import * as z from 'zod';
import { distinct } from '../../distinct.ts';

/** A file inside the model folder: relative, forward slashes, no way out of the folder. */
export const fileName = z
  .string()
  .max(255)
  .regex(
    /^(?!\.{1,2}(\/|$))[\w.-]+(\/(?!\.{1,2}(\/|$))[\w.-]+)*$/,
    'must name a file inside the model folder',
  );

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal');

/** Name of a label, an output or a scheme. */
export const name = z.string().min(1).max(200);

export const positive = z.int().min(1);
export const probability = z.number().min(0).max(1);

/** A label as the API gives it, and its Chinese name. */
const label = z.strictObject({ label: name, name });

/** A list of labels in the order of their logits. */
export const labels = z
  .array(label)
  .min(2)
  .superRefine(distinct((l) => l.label));

/** A list of names in the order of their logits. */
export const names = z
  .array(name)
  .min(1)
  .superRefine(distinct((n) => n));

/** The order of column blocks: the given names, each once. */
export function blocks<const Name extends string>(all: readonly Name[]) {
  return z
    .array(z.enum(all))
    .length(all.length)
    .superRefine(distinct((n) => n));
}

/** An object whose keys are names, at least one. */
export function named<Value extends z.ZodType>(value: Value) {
  return z.record(name, value).refine((r) => Object.keys(r).length > 0, 'must not be empty');
}
