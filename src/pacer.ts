import { setImmediate } from 'node:timers/promises';

/** For loops that may run long on a main thread: `if (pacer.due()) await pacer.rest()`. */
export interface Pacer {
  /** True when the event loop has been held for a slice. */
  due(): boolean;
  /** Lets everything else that is waiting run, then begins a new slice. */
  rest(): Promise<void>;
}

export function createPacer(sliceMs = 2): Pacer {
  let startedAt = performance.now();
  return {
    due: () => performance.now() - startedAt >= sliceMs,
    async rest() {
      await setImmediate();
      startedAt = performance.now();
    },
  };
}
