import * as z from 'zod';
import { ModelError } from '../../model-error.ts';
import { countElements } from './tensor-source.ts';

/** The reference implementation's own limit. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Bytes an element, by safetensors' names; sub-byte types are not listed. */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  ...{ F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, I16: 2, U16: 2 },
  ...{ I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1 },
};

const whole = z.int().min(0);
const entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole).max(8),
  data_offsets: z.tuple([whole, whole]),
});

export interface SafetensorsEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Place in the data, which begins behind the header. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Parses the JSON header and proves that its tensors fill the data exactly: no gap, no overlap, nothing missing.
 * @see https://huggingface.co/docs/safetensors (format)
 * @throws ModelError naming what is wrong.
 */
export function parseSafetensorsHeader(
  json: string,
  dataBytes: number,
  path: string,
): Map<string, SafetensorsEntry> {
  const damaged = (reason: string, cause?: unknown) => new ModelError(`${path} is damaged: ${reason}`, cause);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw damaged('its header is not an object');

  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') continue;
    const checked = entry.safeParse(value);
    if (!checked.success) throw damaged(`the header's entry for ${name} is malformed`, checked.error);
    const { dtype, shape, data_offsets } = checked.data;
    const size = ELEMENT_BYTES[dtype];
    if (size === undefined) throw damaged(`${name} has the unknown type ${dtype}`);
    const [begin, end] = data_offsets;
    if (end - begin !== countElements(shape) * size)
      throw damaged(`${name} (${dtype} ${shape.join('×')}) does not fit its ${end - begin} bytes`);
    entries.set(name, { dtype, shape, begin, end });
  }

  let reached = 0;
  for (const [name, { begin, end }] of [...entries].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== reached) throw damaged(`${name} begins at byte ${begin} instead of ${reached}`);
    reached = end;
  }
  if (reached > dataBytes)
    throw damaged(`it is cut short: ${dataBytes} of ${reached} bytes of data are there`);
  if (reached < dataBytes) throw damaged(`${dataBytes - reached} bytes behind its last tensor`);
  return entries;
}
