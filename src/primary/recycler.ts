import type { RestartReason } from '../ipc.ts';

/** How often workers are looked at, in ms. */
const TICK_MS = 5000;
/** Looks in a row that must find too much memory: a peak is no leak. */
const LOOKS = 3;
/** Ages differ by up to this share, so that workers forked together are not due together. */
const JITTER = 0.2;

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
  readonly random?: () => number;
}

/** Replaces workers that grew too large or too old, one at a time. */
export function createRecycler<W extends Recyclable>(options: RecyclerOptions<W>) {
  const { workers, rssBytes, maxRssBytes, maxAgeMs, recycle, random = Math.random } = options;
  const large = new Map<number, number>();
  const lifetimes = new Map<number, number>();
  let recycling = false;
  let timer: NodeJS.Timeout | undefined;

  const reasonFor = (worker: W): RestartReason | undefined => {
    const looks =
      maxRssBytes !== undefined && (rssBytes(worker) ?? 0) > maxRssBytes
        ? (large.get(worker.id) ?? 0) + 1
        : 0;
    large.set(worker.id, looks);
    if (looks >= LOOKS) return 'memory';
    if (maxAgeMs === undefined) return undefined;
    const lifetime = lifetimes.get(worker.id) ?? maxAgeMs * (1 - JITTER * random());
    lifetimes.set(worker.id, lifetime);
    return worker.servedMs > lifetime ? 'age' : undefined;
  };

  const tick = async () => {
    const present = workers();
    for (const memory of [large, lifetimes]) {
      for (const id of memory.keys()) if (!present.some((worker) => worker.id === id)) memory.delete(id);
    }
    const due = present.map((worker) => ({ worker, reason: reasonFor(worker) })).find(({ reason }) => reason);
    if (!due?.reason || recycling) return;
    recycling = true;
    try {
      await recycle(due.worker, due.reason);
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
