import type { Entry } from './queue.ts';

/**
 * Padded tokens of one batch, and real padding allowed (padded ÷ real tokens): measured for the 4 × 512 starter model,
 * where larger batches cost more per sentence than they save (docs/adr/0003-batching.md).
 */
export const MAX_BATCH_TOKENS = 256;
export const MAX_PADDING_RATIO = 1.15;
/** Rows looked at, so that choosing stays cheap in a full queue. */
const WINDOW = 256;

/** The first in line and, of the same lane, those nearest to it in length while tokens and padding stay in bounds. */
export function chooseBatch<Input>(waiting: readonly Entry<Input>[]): Entry<Input>[] {
  const [first] = waiting;
  if (!first) return [];
  const batch = [first];
  let longest = first.tokens;
  let real = first.tokens;
  const companions = waiting
    .slice(1, WINDOW)
    .filter((entry) => entry.lane === first.lane)
    .sort((a, b) => Math.abs(a.tokens - first.tokens) - Math.abs(b.tokens - first.tokens));
  for (const entry of companions) {
    const width = Math.max(longest, entry.tokens);
    const padded = width * (batch.length + 1);
    if (padded > MAX_BATCH_TOKENS || padded > MAX_PADDING_RATIO * (real + entry.tokens)) break;
    batch.push(entry);
    longest = width;
    real += entry.tokens;
  }
  return batch;
}
