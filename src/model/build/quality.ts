import { type Agreement, compareVectors } from './measure/compare-vectors.ts';
import type { Trial } from './trial.ts';

/** Below this the vectors of the int8 build say something else than those of fp32. */
export const LOW_COSINE = 0.98;

export interface PrecisionFigures {
  readonly precision: 'fp32' | 'int8';
  readonly fileBytes: number;
  readonly memoryBytes: number;
  /** One text of the 200 at a time, one thread. */
  readonly cpuMsPerText: number;
  readonly loadMs: number;
}

/** What int8 costs and saves on this host. */
export interface Quality {
  readonly texts: number;
  readonly agreement: Agreement;
  readonly rows: readonly [exact: PrecisionFigures, small: PrecisionFigures];
  /** One sentence when the agreement is too low to be used unseen. */
  readonly warning?: string;
}

export function compareTrials(
  exact: { readonly trial: Trial; readonly bytes: number },
  small: { readonly trial: Trial; readonly bytes: number },
): Quality {
  const agreement = compareVectors(exact.trial.vectors, small.trial.vectors);
  const low = agreement.cosineMean < LOW_COSINE;
  const mean = agreement.cosineMean.toFixed(4);
  return {
    texts: exact.trial.vectors.length,
    agreement,
    rows: [figures('fp32', exact), figures('int8', small)],
    ...(low && {
      warning: `int8 vectors agree with fp32 at a mean cosine of ${mean} only (below ${LOW_COSINE}): measure on your own texts before use, or leave --int8 out`,
    }),
  };
}

function figures(
  precision: PrecisionFigures['precision'],
  { trial, bytes }: { readonly trial: Trial; readonly bytes: number },
): PrecisionFigures {
  const { memoryBytes, cpuMsPerRow, loadMs } = trial;
  return { precision, fileBytes: bytes, memoryBytes, cpuMsPerText: cpuMsPerRow, loadMs };
}

/** The table that is printed and kept in the model card. */
export function qualityTable({ texts, agreement, rows }: Quality): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const [exact, small] = rows;
  const times = (a: number, b: number) => `${(a / b).toFixed(1)} ×`;
  return [
    '| precision | file, MB | memory, MB | load, ms | CPU ms a text |',
    '|---|---|---|---|---|',
    ...rows.map(
      (r) =>
        `| ${r.precision} | ${megabytes(r.fileBytes)} | ${megabytes(r.memoryBytes)} | ${r.loadMs.toFixed(0)} | ${r.cpuMsPerText.toFixed(2)} |`,
    ),
    `| smaller or faster by | ${times(exact.fileBytes, small.fileBytes)} | ${times(exact.memoryBytes, small.memoryBytes)} | ${times(exact.loadMs, small.loadMs)} | ${times(exact.cpuMsPerText, small.cpuMsPerText)} |`,
    '',
    `Against fp32 on ${texts} texts: cosine mean ${agreement.cosineMean.toFixed(4)}, least ${agreement.cosineMin.toFixed(4)}; rank correlation of all pairs ${agreement.rankCorrelation.toFixed(4)}; same nearest neighbour ${(agreement.sameNearest * 100).toFixed(1)} %.`,
  ].join('\n');
}
