import * as z from 'zod';
import type { TaskType } from '../task-types.ts';

export const MAX_TEXT = 20_000;
/** What trim() leaves behind, for regular expressions of other languages too. */
const NOT_BLANK = '[^\\s\\ufeff]';

/** Number of Unicode code points, counted up to `limit` + 1. */
function codePoints(text: string, limit: number): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > limit) break;
  }
  return count;
}

/** A string of at most `max` code points (JSON Schema counts the same). */
function bounded(max: number) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a string') })
    .refine((text) => codePoints(text, max) <= max, `is longer than ${max} characters`);
}

/** A text with something in it besides white space; it is never trimmed, so offsets refer to it as it is. */
export function text(max = MAX_TEXT) {
  return bounded(max)
    .refine((value) => value.trim() !== '', 'must not be empty or blank')
    .meta({ minLength: 1, maxLength: max, pattern: NOT_BLANK });
}

/** A text that may be empty. */
export function anyText(max = MAX_TEXT) {
  return bounded(max).meta({ maxLength: max });
}

/** One of the model's own names. */
export function choice(names: readonly string[]) {
  const error =
    names.length > 0 ? `must be one of ${names.join(', ')}` : 'is not possible: this model has none';
  return z.enum(names, { error });
}

/** A request body: the task type and these fields, no others. */
export function request<Type extends TaskType, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  const shape = { task_type: z.literal(type), ...fields };
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const unknown = issue.keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 50)));
      return `unknown field ${unknown.join(', ')}; allowed: ${allowed}`;
    },
  });
}
