import { createHmac } from 'node:crypto';

/** Fields that hold no text of the caller's. */
const CHOICES = new Set(['task_type', 'scheme']);
/** 64 bits: enough to tell the texts of a run apart. */
const HASH_DIGITS = 16;

export interface InputDescriptionOptions {
  /** Random, the same for one run of the service: without it nobody can guess a text and compare its hash. */
  readonly textKey: Buffer;
  /** Write the text itself. */
  readonly text: boolean;
}

/** What the access log says of the texts in a request's body. */
export function createInputDescription({ textKey, text }: InputDescriptionOptions) {
  return (body: unknown): object | undefined => {
    const texts = textsOf(body);
    if (texts.length === 0) return undefined;
    const joined = texts.join('\0');
    return {
      input_code_points: texts.reduce((sum, each) => sum + codePoints(each), 0),
      input_hash: createHmac('sha256', textKey).update(joined).digest('hex').slice(0, HASH_DIGITS),
      ...(text && { input: texts }),
    };
  };
}

function textsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  return Object.entries(body)
    .filter(([field]) => !CHOICES.has(field))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string');
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
