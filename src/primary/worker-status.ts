import type { WorkerStatus } from './admin-server.ts';
import type { MetricsLedger } from './metrics-ledger.ts';
import type { WorkerProcess } from './worker-process.ts';

/** One row of GET /workers. */
export function workerStatus(
  { worker, restarts }: { worker: WorkerProcess; restarts: number },
  ledger: MetricsLedger,
): WorkerStatus {
  const report = ledger.worker(worker.id);
  return {
    slot: worker.slot,
    pid: worker.pid,
    state: worker.state,
    since: new Date(worker.since).toISOString(),
    requests: report?.requests ?? 0,
    restarts,
    event_loop_p99_ms: report?.eventLoopP99Ms ?? null,
    rss_bytes: report?.rssBytes ?? null,
  };
}
