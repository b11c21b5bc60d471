import type { Status } from '../../metrics/definitions.ts';
import type { Stage } from './stage.ts';

/** Increases by block of time: equal blocks, oldest first. */
export type Blocks = readonly number[];

export interface TaskWindow {
  /** Requests that came: those that ended, and by how many more are being answered at the end of a block than at its start. */
  readonly arrivals: Blocks;
  /** Requests that ended, of every status. */
  readonly requests: Blocks;
  readonly statuses: Readonly<Record<Status, number>>;
  /** Answers with status success or error, whose latency is known. */
  readonly answered: Blocks;
  /** Seconds, summed over them. */
  readonly latency: Blocks;
  /** Seconds by stage, summed over the successful ones. */
  readonly stages: Readonly<Record<Stage, number>>;
  readonly tokens: { readonly sum: number; readonly count: number };
  /** Not answered with 200, by error code. */
  readonly errors: ReadonlyMap<string, number>;
  /** Latency buckets, cumulative: upper edge in seconds → answers. */
  readonly buckets: readonly { readonly edge: number; readonly count: number }[];
}

/** One worker slot of one instance. */
export interface SlotWindow {
  /** Seconds its inference thread was busy. */
  readonly busy: number;
  /** Sequences it ran. */
  readonly rows: number;
  /** CPU seconds of its process. */
  readonly cpu: number;
  /** Seconds: the worst 99th percentile of event-loop delay seen. */
  readonly lagP99: number;
}

export interface HostWindow {
  readonly cores: number;
  /** CPU seconds of everything on the host, the hypervisor's theft apart. */
  readonly busy: number;
  readonly stolen: number;
}

export interface Window {
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  readonly blockSeconds: number;
  /** Tasks that were asked for. */
  readonly tasks: ReadonlyMap<string, TaskWindow>;
  /** By `instance slot`, or `slot` alone when there is one instance. */
  readonly slots: ReadonlyMap<string, SlotWindow>;
  /** CPU seconds of all processes of the service. */
  readonly serviceCpu: number;
  /** Mean number of ready workers. */
  readonly ready: number;
  /** Worker restarts by block and by reason. */
  readonly restarts: { readonly blocks: Blocks; readonly reasons: ReadonlyMap<string, number> };
  /** `model version (engine)` of each loaded graph. */
  readonly models: ReadonlySet<string>;
  /** Undefined without a node exporter. */
  readonly host: HostWindow | undefined;
}

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
