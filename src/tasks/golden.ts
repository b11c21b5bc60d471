import type { GoldenRow } from '../model/manifest/golden.ts';
import type { Manifest } from '../model/manifest.ts';
import { difference } from './difference.ts';
import { bodyOf, expectedOf } from './golden-row.ts';
import type { Predictor } from './predictor.ts';

/** What came of asking the golden rows. */
export interface GoldenReport {
  readonly rows: number;
  /** One sentence for each row that was answered otherwise than expected. */
  readonly different: readonly string[];
  /** True when no more rows differ than the manifest allows. */
  readonly passed: boolean;
}

/** Asks the manifest's golden rows, all at once. A row that can't be answered counts as different. */
export async function checkGolden(
  predictor: Predictor,
  manifest: Manifest,
  timeoutMs = 30_000,
): Promise<GoldenReport> {
  const { rows, rows_may_differ, score_tolerance } = manifest.golden;
  const ask = async (row: GoldenRow, i: number) => {
    const at = `golden row ${i} (${row.task})`;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { result } = await predictor.predict(bodyOf(row), { signal, timeoutMs });
      const differs = difference(expectedOf(row, manifest), result, score_tolerance);
      return differs === undefined ? [] : [`${at}: ${differs}`];
    } catch (error) {
      return [`${at}: ${(error as Error).message}`];
    }
  };
  const different = (await Promise.all(rows.map(ask))).flat();
  return { rows: rows.length, different, passed: different.length <= rows_may_differ };
}
