import { cpus } from 'node:os';
import { qualityTable } from '../../src/model/build/quality.ts';
import type { AddFigures } from './add.ts';
import type { BgeFigures } from './bge.ts';
import type { SharingFigures } from './sharing.ts';

/** Our fp32 build of a published model may differ from its export by so much in a component of a vector of length 1. */
export const BGE_TOLERANCE = 1e-5;

/** PSS of primary and four workers, the random model of GTE-large's shape beside the starter's extractor. */
const GOAL_WORKERS = 4;
const GOAL_MB = { fp32: 1.5 * 1024, int8: 0.6 * 1024 } as const;

type Precision = keyof typeof GOAL_MB;

export interface Results {
  readonly shape: string;
  readonly adding?: readonly AddFigures[];
  readonly sharing: Readonly<Partial<Record<Precision, SharingFigures>>>;
  readonly bge?: BgeFigures;
  /** What could not be measured, or is wrong. */
  readonly failures: readonly string[];
}

/** Figures of one run in Markdown. Only the ratios within it say something about another host. */
export function renderReport({ shape, adding, sharing, bge, failures }: Results): string {
  const measured = Object.entries(sharing) as [Precision, SharingFigures][];
  return [
    `Random BERT of GTE-${shape}'s shape beside the starter's extractor; ${cpus().length} × ${cpus()[0]?.model.trim()}. MB are of 1024² bytes.`,
    ...(adding ? ['## `gte model add` from a local stand-in hub', renderAdding(adding)] : []),
    ...measured.flatMap(([precision, figures]) => [
      `## ${precision}: memory and load`,
      renderMemory(figures),
      renderGoal(precision, figures, shape),
      `## ${precision}: cost of a text, one worker`,
      renderCost(figures, precision === 'int8' ? sharing.fp32 : undefined),
      `## ${precision}: sentiment while four texts of 512 tokens are always waiting`,
      renderSentiment(figures),
    ]),
    ...(bge ? ['## bge-small-zh-v1.5 rebuilt, against its published export', renderBge(bge)] : []),
    ...(failures.length > 0 ? ['## Failed', failures.map((failure) => `- ${failure}`).join('\n')] : []),
    '',
  ].join('\n\n');
}

function renderAdding(adding: readonly AddFigures[]): string {
  const stages = (figures: AddFigures) =>
    Object.entries(figures.stages)
      .map(([stage, seconds]) => `${stage} ${seconds.toFixed(1)}`)
      .join(', ');
  const rows = adding.map((figures) => [
    figures.precision,
    figures.seconds.toFixed(1),
    stages(figures),
    figures.peakMb.toFixed(0),
    figures.folderMb.toFixed(0),
  ]);
  const quality = adding.flatMap((figures) => (figures.quality ? [qualityTable(figures.quality)] : []));
  return [table(['precision', 's', 'of which, s', 'peak, MB', 'folder, MB'], rows), ...quality].join('\n\n');
}

function renderMemory({ memory }: SharingFigures): string {
  const rows = memory.map((row) => {
    const own = memory.find(({ workers, weights }) => workers === row.workers && weights === 'own') ?? row;
    return [
      String(row.workers),
      row.weights,
      row.pssMb.toFixed(0),
      ratio(row.pssMb, own.pssMb),
      row.loadSeconds.toFixed(1),
      row.readySeconds.toFixed(1),
      ratio(row.readySeconds, own.readySeconds),
    ];
  });
  return table(['workers', 'weights', 'PSS, MB', 'of own', 'load, s', 'all ready, s', 'of own'], rows);
}

function renderGoal(precision: Precision, { memory }: SharingFigures, shape: string): string {
  const four = memory.find(({ workers, weights }) => workers === GOAL_WORKERS && weights === 'shared');
  if (!four || shape !== 'large') return `The goal is for GTE-large's shape and ${GOAL_WORKERS} workers.`;
  const goal = GOAL_MB[precision];
  const verdict = four.pssMb <= goal ? 'met' : `missed by ${(four.pssMb - goal).toFixed(0)} MB`;
  return `Goal for ${GOAL_WORKERS} workers: ≤ ${goal.toFixed(0)} MB; measured ${four.pssMb.toFixed(0)} MB: **${verdict}**.`;
}

function renderCost({ cost }: SharingFigures, exact: SharingFigures | undefined): string {
  const rows = cost.map(({ tokens, medianMs }, i) => [
    String(tokens),
    medianMs.toFixed(1),
    ratio(medianMs, cost[0]?.medianMs),
    ...(exact ? [ratio(medianMs, exact.cost[i]?.medianMs)] : []),
  ]);
  return table(['tokens', 'ms (median)', 'of 16 tokens', ...(exact ? ['of fp32'] : [])], rows);
}

function renderSentiment({ sentiment }: SharingFigures): string {
  const { aloneP95Ms, besideP95Ms, largeMs } = sentiment;
  return table(
    ['alone, P95 ms', 'beside, P95 ms', 'one text of 512 tokens, ms', 'beside / one such text'],
    [[aloneP95Ms.toFixed(0), besideP95Ms.toFixed(0), largeMs.toFixed(0), ratio(besideP95Ms, largeMs)]],
  );
}

function renderBge({ texts, rows, quality }: BgeFigures): string {
  const cells = rows.map(({ from, precision, largestDifference, leastCosine }) => [
    from === 'weights' ? 'model.safetensors' : 'onnx/model.onnx',
    precision,
    largestDifference.toExponential(1),
    leastCosine.toFixed(6),
    precision === 'int8' ? '–' : largestDifference <= BGE_TOLERANCE ? 'equal' : '**different**',
  ]);
  return [
    `${texts} texts; equal is ≤ ${BGE_TOLERANCE} in every component.`,
    table(['built from', 'precision', 'largest difference', 'least cosine', 'verdict'], cells),
    ...(quality ? [qualityTable(quality)] : []),
  ].join('\n\n');
}

const ratio = (a: number, b: number | undefined) => (b === undefined ? '–' : `${(a / b).toFixed(2)} ×`);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
