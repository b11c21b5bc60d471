import type { Stage } from '../../../src/cli/windows/stage.ts';
import type { SlotWindow, TaskWindow, Window } from '../../../src/cli/windows/window.ts';
import { STAGES, STATUSES, type Status } from '../../../src/metrics/definitions.ts';

const BLOCKS = 12;
const BLOCK_SECONDS = 10;
const EDGES = [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, Number.POSITIVE_INFINITY];

export interface SimulatedTask {
  readonly perBlock?: number;
  /** Requests in block i instead of perBlock. */
  readonly bursts?: Readonly<Record<number, number>>;
  readonly tokens?: number;
  /** Mean seconds a request by stage; infer follows tokens × cost unless given. */
  readonly queue?: number;
  readonly infer?: number;
  /** Extra seconds of latency in block i. */
  readonly extra?: Readonly<Record<number, number>>;
  readonly failed?: Readonly<Record<string, number>>;
  readonly rejected?: number;
}

export interface SimulatedService {
  readonly start?: number;
  readonly tasks?: Readonly<Record<string, SimulatedTask>>;
  /** Inference seconds a token. */
  readonly cost?: number;
  /** How much slower each slot is. */
  readonly slots?: readonly number[];
  /** CPU seconds a second of inference. */
  readonly cpuPerBusy?: number;
  readonly hostOthers?: number;
  readonly ready?: number;
  readonly restarts?: Readonly<Record<number, number>>;
  readonly models?: readonly string[];
  /** Event-loop p99 by slot, in seconds. */
  readonly lags?: readonly number[];
  /** Requests come at random and take unequal times (exponential), by these numbers; without them ±2 % from block to block. */
  readonly random?: () => number;
}

/** A window as Prometheus would show it of a service with these properties. */
export function simulatedWindow(service: SimulatedService = {}): Window {
  const {
    start = 0,
    tasks = { ner: {} },
    cost = 0.001,
    slots = [1, 1],
    cpuPerBusy = 1,
    models = ['m 1 (onnx)'],
  } = service;
  const meanSlot = slots.reduce((a, b) => a + b, 0) / slots.length;
  const seconds = BLOCKS * BLOCK_SECONDS;
  const built = new Map(
    Object.entries(tasks).map(([name, task]) => [name, taskWindow(task, cost * meanSlot, service.random)]),
  );
  const rows = [...built.values()].reduce(
    (sum, { answered }) => sum + answered.reduce((a, b) => a + b, 0),
    0,
  );
  const tokens = [...built.values()].reduce((sum, task) => sum + task.tokens.sum, 0);
  const slotWindows = slots.map((factor, slot): [string, SlotWindow] => {
    const busy = (tokens / slots.length) * cost * factor;
    return [
      String(slot),
      { busy, rows: rows / slots.length, cpu: busy * cpuPerBusy, lagP99: service.lags?.[slot] ?? 0.012 },
    ];
  });
  const serviceCpu = slotWindows.reduce((sum, [, { cpu }]) => sum + cpu, 0);
  const restartBlocks = Array.from({ length: BLOCKS }, (_, i) => service.restarts?.[i] ?? 0);
  return {
    start,
    end: start + seconds,
    blockSeconds: BLOCK_SECONDS,
    tasks: built,
    slots: new Map(slotWindows),
    serviceCpu,
    ready: service.ready ?? slots.length,
    restarts: {
      blocks: restartBlocks,
      reasons: new Map(service.restarts ? [['crash', restartBlocks.reduce((a, b) => a + b, 0)]] : []),
    },
    models: new Set(models),
    host:
      service.hostOthers === undefined
        ? undefined
        : { cores: 4, busy: serviceCpu + service.hostOthers * seconds, stolen: 0 },
  };
}

function taskWindow(task: SimulatedTask, costPerToken: number, random?: () => number): TaskWindow {
  const {
    perBlock = 100,
    bursts = {},
    tokens = 30,
    queue = 0.001,
    extra = {},
    failed = {},
    rejected = 0,
  } = task;
  const infer = task.infer ?? tokens * costPerToken;
  const answered = Array.from({ length: BLOCKS }, (_, i) => {
    const expected = bursts[i] ?? perBlock;
    return random ? poisson(expected, random) : expected;
  });
  const total = answered.reduce((a, b) => a + b, 0);
  const parts: Record<Stage, number> = { tokenize: 0.0003, queue, infer, decode: 0.001 };
  const mean = Object.values(parts).reduce((a, b) => a + b, 0);
  const wobble = (i: number) => {
    if (!random) return 1 + 0.02 * Math.sin(i * 2.4);
    const n = answered[i] ?? 0;
    return n === 0 ? 1 : Array.from({ length: n }, () => exponential(random)).reduce((a, b) => a + b, 0) / n;
  };
  const latency = answered.map((n, i) => n * (mean * wobble(i) + (extra[i] ?? 0)));
  const sum = latency.reduce((a, b) => a + b, 0);
  // What the blocks add beyond the means is waiting.
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, parts[stage] * total])) as Record<
    Stage,
    number
  >;
  stages.queue += sum - mean * total;
  const errors = Object.values(failed).reduce((a, b) => a + b, 0);
  const statuses = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  Object.assign(statuses, { success: total - errors, error: errors, rejected });
  return {
    arrivals: answered.map((n) => n + rejected / BLOCKS),
    requests: answered.map((n) => n + rejected / BLOCKS),
    statuses,
    answered,
    latency,
    stages,
    tokens: { sum: tokens * total, count: total },
    errors: new Map([
      ...Object.entries(failed),
      ...(rejected > 0 ? [['overloaded', rejected] as const] : []),
    ]),
    buckets: EDGES.map((edge) => ({ edge, count: edge >= mean ? total : 0 })),
  };
}

const exponential = (random: () => number) => -Math.log(1 - random());

function poisson(mean: number, random: () => number): number {
  let n = 0;
  for (let at = exponential(random); at < mean; at += exponential(random)) n += 1;
  return n;
}
