import type { BoardThresholds } from '../../../../src/primary/board/board-thresholds.ts';
import type { Columns, Fold } from '../../../../src/primary/board/columns.ts';

type Row = ArrayLike<number>;

export interface BrowserRing {
  load(numbers: Float32Array, newest: number): void;
  add(index: number, row: Row): void;
  folded(from: number, to: number): Float64Array | undefined;
}

export interface Measures {
  requests(row: Row, tasks: number[]): number;
  requestRate(row: Row, tasks: number[]): number;
  errorRatio(row: Row, tasks: number[]): number;
  buckets(row: Row, tasks: number[]): Float64Array;
  latency(row: Row, tasks: number[], q: number): number;
  active(row: Row, tasks: number[]): number;
  stageMeans(row: Row, tasks: number[]): number[];
  restarts(row: Row): { reason: string; count: number }[];
  slot(row: Row, slot: number): { utilisation: number; failures: number; queueFill: number };
}

export interface Alerts {
  at(second: number): void;
  replay(): void;
  readonly firing: { kind: string; subject?: number; value: number; limit: number; since: number }[];
  readonly pending: { kind: string; subject?: number }[];
  levelOf(kind: string, subject?: number): 'bad' | 'warn' | '';
}

interface Hello {
  columns: Columns;
  statuses: readonly string[];
  stages: readonly string[];
  reasons: readonly string[];
  edges: readonly number[];
}

const load = (module: string) => import(new URL(`../../../../board/${module}`, import.meta.url).href);

/** The board's own modules as the browser gets them: plain JavaScript, here with types. */
export const { createRing: createBrowserRing } = (await load('data/ring.js')) as {
  createRing(size: { rows: number; stepSeconds: number }, folds: readonly Fold[]): BrowserRing;
};
export const { createMeasures } = (await load('data/measures.js')) as {
  createMeasures(hello: Hello): Measures;
};
export const { createAlerts } = (await load('data/alerts.js')) as {
  createAlerts(
    board: { measures: Measures; thresholds: BoardThresholds; taskCount: number; slots: number },
    ring: BrowserRing,
    capacityNow: () => number | undefined,
  ): Alerts;
};
export const { quantile } = (await load('data/quantile.js')) as {
  quantile(q: number, counts: number[], edges: number[]): number;
};
export const { intervalsOf } = (await load('data/intervals.js')) as {
  intervalsOf(edges: readonly number[]): { lower: number; upper?: number; first: number; end: number }[];
};
export const { pointsOf, SPANS } = (await load('data/spans.js')) as {
  SPANS: Record<string, { seconds: number; pointSeconds: number; ring: string }>;
  pointsOf(
    span: { seconds: number; pointSeconds: number; ring: string },
    rings: Record<string, BrowserRing>,
  ): { second: number; row: Float64Array | undefined }[];
};
export const texts = {
  zh: (await load('texts/zh.js')).zh as Record<string, object>,
  en: (await load('texts/en.js')).en as Record<string, object>,
};
