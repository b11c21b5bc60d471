/** How often workers are looked at, in ms. */
const TICK_MS = 200;
/**
 * A tick this late, or later than half the limit, means that the primary itself stood still (a paused VM, a starved host):
 * ages then say nothing.
 */
const STALL_MS = 1000;
/** Silent for this many times the limit, a worker is ended whatever the others do: a slot that never starts must not
 * protect it for ever. */
const PATIENCE = 10;

export interface Watched {
  /** performance.now() of its last metrics push. */
  lastPushAt: number;
}

export interface WatchdogOptions<W extends Watched> {
  readonly workers: () => readonly W[];
  /** A worker silent for longer is hung. */
  readonly hangMs: number;
  /** True while an ended worker has no ready successor yet: one at a time. */
  readonly busy: () => boolean;
  readonly onHung: (worker: W, silentMs: number) => void;
  readonly now?: () => number;
}

/** Finds workers whose main thread is blocked or frozen by the age of their last metrics push, the most silent first. */
export function createWatchdog<W extends Watched>(options: WatchdogOptions<W>) {
  const { workers, hangMs, busy, onHung, now = () => performance.now() } = options;
  const stallMs = Math.min(STALL_MS, hangMs / 2);
  let lastTick = now();
  let timer: NodeJS.Timeout | undefined;

  const tick = () => {
    const time = now();
    const stalled = time - lastTick > stallMs;
    lastTick = time;
    if (stalled) for (const worker of workers()) worker.lastPushAt = time;
    const [silent] = [...workers()].sort((a, b) => a.lastPushAt - b.lastPushAt);
    const limitMs = busy() ? PATIENCE * hangMs : hangMs;
    if (silent && time - silent.lastPushAt > limitMs) onHung(silent, time - silent.lastPushAt);
  };

  return {
    tick,
    start() {
      lastTick = now();
      timer = setInterval(tick, TICK_MS);
    },
    stop: () => clearInterval(timer),
  };
}
