import type { RestartReason } from '../ipc.ts';
import type { Logger } from '../logger.ts';

/** How often workers are looked at, in ms. */
const TICK_MS = 5000;
/** Looks in a row that must find too much memory: a peak is no leak. */
const LOOKS = 3;
/** Ages differ by up to this share, so that workers forked together are not due together. */
const JITTER = 0.2;
/** After a replacement that failed or was of no use, the next one waits, doubling from the first to the last, in ms. */
const PAUSE_FIRST_MS = 60_000;
const PAUSE_LAST_MS = 3_600_000;
/** Too large again so soon, a worker does not leak: the limit is below what it needs. */
const SOON_MS = 600_000;

export interface Recyclable {
  readonly id: number;
  readonly slot: number;
  readonly servedMs: number;
}

export interface RecyclerOptions<W extends Recyclable> {
  readonly workers: () => readonly W[];
  /** null until the worker has reported it. */
  readonly rssBytes: (worker: W) => number | null;
  readonly maxRssBytes: number | undefined;
  readonly maxAgeMs: number | undefined;
  /** Resolves when the worker is replaced, or is not to be. */
  readonly recycle: (worker: W, reason: RestartReason) => Promise<void>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly random?: () => number;
  readonly now?: () => number;
}

/** Replaces workers that grew too large or too old, one at a time. */
export function createRecycler<W extends Recyclable>(options: RecyclerOptions<W>) {
  const { workers, rssBytes, maxRssBytes, maxAgeMs, recycle, logger } = options;
  const { random = Math.random, now = () => performance.now() } = options;
  const large = new Map<number, number>();
  const lifetimes = new Map<number, number>();
  /** How long a slot's worker serves, in ms, before it may be replaced for its memory. */
  const grace = new Map<number, number>();
  let recycling = false;
  let failurePauseMs = 0;
  let pausedUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  const reasonFor = (worker: W): RestartReason | undefined => {
    const looks =
      maxRssBytes !== undefined && (rssBytes(worker) ?? 0) > maxRssBytes
        ? (large.get(worker.id) ?? 0) + 1
        : 0;
    large.set(worker.id, looks);
    if (looks >= LOOKS && worker.servedMs >= graceOf(worker)) return 'memory';
    if (maxAgeMs === undefined) return undefined;
    const lifetime = lifetimes.get(worker.id) ?? maxAgeMs * (1 - JITTER * random());
    lifetimes.set(worker.id, lifetime);
    return worker.servedMs > lifetime ? 'age' : undefined;
  };

  const graceOf = ({ slot }: W) => grace.get(slot) ?? 0;

  const extendGrace = (worker: W) => {
    const soon = worker.servedMs < graceOf(worker) + SOON_MS;
    const graceMs = soon ? longer(graceOf(worker)) : 0;
    grace.set(worker.slot, graceMs);
    if (soon)
      logger.warn(
        { slot: worker.slot, rss_bytes: rssBytes(worker), served_ms: worker.servedMs, pause_ms: graceMs },
        'worker too large soon after its start: is GTE_WORKER_MAX_RSS_MB below what the model needs?',
      );
  };

  const tick = async () => {
    const present = workers();
    for (const memory of [large, lifetimes]) {
      for (const id of memory.keys()) if (!present.some((worker) => worker.id === id)) memory.delete(id);
    }
    // Of several the one that has served longest: in the order of slots the first could be due again before the last is.
    const [due] = present
      .map((worker) => ({ worker, reason: reasonFor(worker) }))
      .filter(({ reason }) => reason)
      .sort((one, other) => other.worker.servedMs - one.worker.servedMs);
    if (!due?.reason || recycling || now() < pausedUntil) return;
    const { worker, reason } = due;
    recycling = true;
    try {
      await recycle(worker, due.reason);
      failurePauseMs = 0;
      if (reason === 'memory') extendGrace(worker);
    } catch (error) {
      failurePauseMs = longer(failurePauseMs);
      pausedUntil = now() + failurePauseMs;
      const { message } = error as Error;
      logger.warn(
        { slot: worker.slot, reason: message, pause_ms: failurePauseMs },
        `worker not replaced for its ${reason}`,
      );
    } finally {
      recycling = false;
    }
  };

  return {
    tick,
    start() {
      if (maxRssBytes === undefined && maxAgeMs === undefined) return;
      timer = setInterval(() => void tick(), TICK_MS);
    },
    stop: () => clearInterval(timer),
  };
}

/** The pause after the pause. */
function longer(pauseMs: number): number {
  return Math.min(Math.max(PAUSE_FIRST_MS, 2 * pauseMs), PAUSE_LAST_MS);
}
