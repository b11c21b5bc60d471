import { STAGES } from '../../metrics/definitions.ts';
import { logMean } from '../stats/log-mean.ts';
import type { Stage } from '../windows/stage.ts';
import { sum, type TaskWindow } from '../windows/window.ts';
import { add, type Cause, type Contributions, distribute } from './cause.ts';
import type { LoadFactors } from './load-factors.ts';

/** Of the latency, what no stage covers: failed requests, and the rest of the way through the worker. */
export type Part = Stage | 'other';

export interface TaskMeans {
  readonly answered: number;
  /** Seconds an answer. */
  readonly latency: number;
  readonly parts: Readonly<Record<Part, number>>;
  readonly tokens: number;
  readonly failed: number;
}

export interface TaskExplanation {
  readonly before: TaskMeans;
  readonly after: TaskMeans;
  /** Seconds by which the mean latency changed; NaN when one of the windows has no answer. */
  readonly change: number;
  /** Add up to `change`. */
  readonly causes: Contributions;
}

/**
 * Splits the change of a task's mean latency by cause. Inference is a product, tokens × seconds a token × how much else ran in
 * the same batches, and splits by logarithmic means; what waits (queue, company in a batch) follows the demand on the
 * workers; the rest follows what slows everything down.
 * @param restartShare share of the change that lies in the moments around restarts, beyond their share of the traffic
 */
export function explainTask(
  beforeWindow: TaskWindow,
  afterWindow: TaskWindow,
  load: LoadFactors,
  restartShare: number,
): TaskExplanation {
  const before = meansOf(beforeWindow);
  const after = meansOf(afterWindow);
  const causes: Contributions = new Map();
  const change = after.latency - before.latency;
  if (Number.isNaN(change)) return { before, after, change, causes };
  const lnTokens = finite(Math.log(after.tokens / before.tokens));
  const slowed = new Map<Cause, number>([
    ['worker', load.lnSlowWorker],
    [load.slowCause, load.lnCost],
  ]);
  const changeOf = (part: Part) => after.parts[part] - before.parts[part];

  const infer = logMean(before.parts.infer, after.parts.infer);
  if (infer === 0) add(causes, 'unexplained', changeOf('infer'));
  else {
    // How cost depends on length belongs to length: `load` says by how much for the whole service.
    const lnLength = lnTokens === 0 ? 0 : lnTokens + lengthExtra(load, lnTokens);
    let lnRest = Math.log(after.parts.infer / before.parts.infer) - lnLength;
    add(causes, 'length', infer * lnLength);
    for (const [cause, value] of slowed) {
      add(causes, cause, infer * value);
      lnRest -= value;
    }
    distribute(causes, infer * lnRest, inDirection(load.demand, lnRest), 'bunched');
  }

  const queue = changeOf('queue');
  distribute(causes, queue, inDirection(load.demand, queue), 'bunched');

  for (const part of ['tokenize', 'decode'] as const) {
    const mean = logMean(before.parts[part], after.parts[part]);
    const length = sameDirection(mean * lnTokens, changeOf(part));
    const rest = changeOf(part) - length;
    add(causes, 'length', length);
    distribute(causes, rest, inDirection(slowed, rest), 'unexplained');
  }
  // Failures that take long are deadlines missed in the queue.
  const other = changeOf('other');
  const failing = after.failed / after.answered > before.failed / before.answered;
  distribute(causes, other, inDirection(failing ? load.demand : slowed, other), 'unexplained');

  return { before, after, change, causes: moveToRestarts(causes, change, restartShare) };
}

export function meansOf(task: TaskWindow): TaskMeans {
  const answered = sum(task.answered);
  const latency = sum(task.latency) / answered;
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, task.stages[stage] / answered])) as Record<
    Stage,
    number
  >;
  return {
    answered,
    latency,
    parts: { ...stages, other: latency - sum(Object.values(stages)) },
    tokens: task.tokens.sum / task.tokens.count,
    failed: task.statuses.error,
  };
}

/** The part of a change that an effect explains: nothing when they point apart, all of it at most. */
function sameDirection(effect: number, change: number): number {
  return effect * change <= 0 ? 0 : Math.sign(change) * Math.min(Math.abs(effect), Math.abs(change));
}

/** What the service's cost a token changed by because its texts are of another length, in this task's proportion. */
function lengthExtra({ before, after, lnLength, lnMix }: LoadFactors, lnTokens: number): number {
  const lnAll = Math.log(after.tokensPerRequest / before.tokensPerRequest);
  return Math.abs(lnAll) > 0.01 ? finite(((lnLength + lnMix - lnAll) / lnAll) * lnTokens) : 0;
}

/** The factors that push in the direction of a change, by how hard. */
function inDirection(factors: ReadonlyMap<Cause, number>, change: number): Map<Cause, number> {
  return new Map(
    [...factors].filter(([, value]) => value * change > 0).map(([cause, value]) => [cause, Math.abs(value)]),
  );
}

function moveToRestarts(causes: Contributions, change: number, share: number): Contributions {
  if (share <= 0 || change <= 0) return causes;
  const moved: Contributions = new Map();
  for (const [cause, seconds] of causes) add(moved, cause, seconds * (1 - share));
  add(moved, 'restarts', change * share);
  return moved;
}

const finite = (value: number) => (Number.isFinite(value) ? value : 0);
