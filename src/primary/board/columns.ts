import { LATENCY_BUCKETS, RESTART_REASONS, STAGES, STATUSES } from '../../metrics/definitions.ts';
import { TASK_TYPES } from '../../task-types.ts';

/** How seconds are folded into a minute: counters add up, gauges keep their worst value. */
export type Fold = 'sum' | 'max' | 'min';

export const BOARD_TASKS = [...TASK_TYPES, 'unknown'] as const;
/** Restarts that nobody asked for. */
export const FAILURE_REASONS: readonly string[] = ['crash', 'hung', 'memory'];
export const BOARD_EDGES: readonly number[] = LATENCY_BUCKETS;

/** Columns by name: `[group, columns of one member, fold]`; a group of tasks or slots has them once a member. */
const SERVICE = [
  ['elapsed', 1, 'sum'],
  ['ready', 1, 'min'],
  ['desired', 1, 'max'],
  ['restarts', RESTART_REASONS.length, 'sum'],
] as const;
const TASK = [
  ['statuses', STATUSES.length, 'sum'],
  ['buckets', BOARD_EDGES.length + 1, 'sum'],
  ['latency', 1, 'sum'],
  ['stageSeconds', STAGES.length, 'sum'],
  ['stageCounts', STAGES.length, 'sum'],
  ['active', 1, 'max'],
] as const;
const SLOT = [
  ['busy', 1, 'sum'],
  ['failures', 1, 'sum'],
  ['queueFill', 1, 'max'],
  ['eventLoop', 1, 'max'],
  ['rss', 1, 'max'],
  ['age', 1, 'max'],
] as const;

export type ServiceColumn = (typeof SERVICE)[number][0];
export type TaskColumn = (typeof TASK)[number][0];
export type SlotColumn = (typeof SLOT)[number][0];

/** Where a group's columns stand: member `m`, column `k` of `size` at `start + m * stride + k`. */
export interface ColumnGroup {
  readonly start: number;
  readonly size: number;
  readonly stride: number;
}

/**
 * One sample of the service is a row of numbers: increments of counters since the sample before and present values of
 * gauges (NaN: nobody reported one). A row has the same columns for the whole life of the primary, so the history's
 * size is known beforehand.
 */
export interface Columns {
  readonly width: number;
  readonly slots: number;
  readonly folds: readonly Fold[];
  readonly groups: Readonly<Record<ServiceColumn | TaskColumn | SlotColumn, ColumnGroup>>;
}

export function createColumns(slots: number): Columns {
  const folds: Fold[] = [];
  const groups: Record<string, ColumnGroup> = {};
  const place = (members: number, list: readonly (readonly [string, number, Fold])[]) => {
    const start = folds.length;
    const stride = list.reduce((sum, [, size]) => sum + size, 0);
    let offset = start;
    for (const [name, size] of list) {
      groups[name] = { start: offset, size, stride };
      offset += size;
    }
    for (let member = 0; member < members; member++)
      for (const [, size, fold] of list) folds.push(...new Array<Fold>(size).fill(fold));
  };
  place(1, SERVICE);
  place(BOARD_TASKS.length, TASK);
  place(slots, SLOT);
  return { width: folds.length, slots, folds, groups: groups as Columns['groups'] };
}
