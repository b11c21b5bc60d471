import { setTimeout as sleep } from 'node:timers/promises';
import { writeLoopingModel } from '../../../chaos/model/looping-model.ts';
import { withHogs } from '../../e2e/cli/hogs.ts';
import { pulse } from '../../e2e/cli/pulse.ts';
import { type Recording, SCRAPE_SECONDS, scaled } from './part.ts';
import { model, putStarterModel } from './stack.ts';

/** What makes the service slower than in the quiet window. */
export interface Fault {
  /** The cause that gte why must name first. */
  readonly cause: string;
  /** The texts of the steady load are long ones. */
  readonly long?: boolean;
  /** Before the load begins. */
  prepare?(): Promise<void>;
  /** Does harm until the load has ended. */
  during?(load: Promise<unknown>): Promise<unknown>;
  /** The load has ended and gte why has answered. */
  undo?(): Promise<void>;
}

export interface FaultOptions {
  readonly recording: Recording;
  /** Requests of the steady load, a line each. */
  readonly short: string;
  /** Requests a second of it at which the service is saturated. */
  readonly saturation: number;
}

/** `afterSeconds`: within the window wherever between scrapes it begins. */
const BURST = { afterSeconds: 20, seconds: 15, ofSaturation: 1.15 };
const HOGS = 4;
/** Shorter than one request: each request of this worker takes several times as long. */
const STARVED = { frozenMs: 30, runningMs: 5 };
const SLOW = { fromTokens: 0, turns: 10_000, version: 'slow-1' };
export const SLOW_VERSION = SLOW.version;

/** The slower model comes first: gte compare then sees the quiet windows before it. */
export function faults({ recording, short, saturation }: FaultOptions): Fault[] {
  const { stack, recorder, interrupted } = recording;
  return [
    {
      cause: 'model',
      async prepare() {
        await writeLoopingModel(model, SLOW);
        stack.reload();
      },
      async undo() {
        putStarterModel();
        stack.reload();
      },
    },
    { cause: 'length', long: true },
    {
      cause: 'traffic',
      async during(load) {
        const wait = 2 * SCRAPE_SECONDS + scaled(BURST.afterSeconds, recording);
        await sleep(1000 * wait, undefined, { signal: interrupted });
        const rate = Math.round(saturation * BURST.ofSaturation);
        const duration = `${Math.max(1, scaled(BURST.seconds, recording))}s`;
        await recorder.json(
          'loadtest',
          ...['--url', stack.origin, '--file', short, '--rate', String(rate), '--duration', duration],
        );
        return load;
      },
    },
    {
      cause: 'worker',
      async during(load) {
        const slot = (await stack.admin.workers()).find((row) => row.slot === 1);
        if (!slot) throw new Error('there is no second worker: set GTE_WORKERS=2');
        return pulse(slot.pid, STARVED, load);
      },
    },
    { cause: 'cpu', during: (load) => withHogs(HOGS, load) },
  ];
}
