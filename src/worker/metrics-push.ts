import type { WorkerMessage } from '../ipc.ts';
import { createChangeReader } from '../metrics/change-reader.ts';
import type { MetricSource } from '../metrics/metric-source.ts';

export interface MetricsPush {
  /** Sends what changed, unless an earlier message still waits for a stalled primary: then a later push has it. */
  push(): void;
  /** Sends what changed and waits until the primary has acknowledged it, at most `ackMs`. Never rejects. */
  flush(): Promise<void>;
  /** To be called on each `metrics-ack`. */
  acknowledged(): void;
  stop(): void;
}

/**
 * Tells the primary what changed in this worker's metrics: at once, every 250 ms, and when the process exits. A push
 * without changes is sent too: its age is how the primary notices a blocked worker.
 * @param send resolves when the system has taken the message.
 */
export function createMetricsPush(
  sources: readonly MetricSource[],
  send: (message: WorkerMessage) => Promise<void>,
  { intervalMs = 250, ackMs = 1000 }: { intervalMs?: number; ackMs?: number } = {},
): MetricsPush {
  const readChanges = createChangeReader(sources);
  let waiting = 0;
  let onAck: () => void = () => undefined;

  async function sendChanges(final: boolean): Promise<void> {
    const message: WorkerMessage = { type: 'metrics', push: readChanges(), final };
    waiting += 1;
    try {
      await send(message);
    } catch {
      // The primary is gone; the worker learns that from `disconnect`.
    } finally {
      waiting -= 1;
    }
  }

  function push(): void {
    if (waiting > 0) return;
    for (const source of sources) source.refresh?.();
    void sendChanges(false);
  }

  /** The system takes a small message at once, so increments since the last push outlive an uncaught exception. */
  const onExit = () => void sendChanges(false);
  const timer = setInterval(push, intervalMs).unref();
  process.once('exit', onExit);
  push();

  return {
    push,
    async flush() {
      if (process.connected === false) return;
      let limit: NodeJS.Timeout | undefined;
      const acknowledged = new Promise<void>((resolve) => {
        onAck = resolve;
        limit = setTimeout(resolve, ackMs);
      });
      await sendChanges(true);
      await acknowledged;
      clearTimeout(limit);
    },
    acknowledged: () => onAck(),
    stop() {
      clearInterval(timer);
      process.off('exit', onExit);
    },
  };
}
