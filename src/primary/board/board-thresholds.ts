import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const threshold = (fallback: number) =>
  z
    .object({ value: z.number().positive() })
    .transform(({ value }) => value)
    .catch(fallback);

/** The alerts' thresholds that the board can judge by itself, and what holds when the file lacks one. */
const thresholds = z.object({
  latency_p95_seconds: threshold(2),
  latency_min_requests_per_minute: threshold(6),
  error_ratio: threshold(0.01),
  error_min_errors_per_minute: threshold(1),
  shed_ratio: threshold(0.05),
  shed_min_rejected_per_minute: threshold(6),
  availability_objective: threshold(0.999),
  restarts_in_15_minutes: threshold(3),
  snapshot_age_seconds: threshold(10),
  capacity_use_ratio: threshold(0.8),
  queue_fill_ratio: threshold(0.9),
  process_memory_bytes: threshold(2 ** 31),
  event_loop_p99_seconds: threshold(0.1),
});

export type BoardThresholds = z.infer<typeof thresholds>;

/** Reads prometheus/thresholds.yaml. The board is no reason not to start: a file that can't be read gives the defaults. */
export function loadBoardThresholds(path: string, onFault: (fault: unknown) => void): BoardThresholds {
  try {
    const file = z.object({ thresholds: z.record(z.string(), z.unknown()) });
    return thresholds.parse(file.parse(parse(readFileSync(path, 'utf8'))).thresholds);
  } catch (fault) {
    onFault(fault);
    return thresholds.parse({});
  }
}
