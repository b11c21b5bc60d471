import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Service } from '../e2e/service.ts';
import { until } from '../e2e/until.ts';

/** What startService's `env` needs for `collectedHeap` to work. */
export const COLLECTING = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'collect-garbage.mjs')).href}`,
};

/**
 * On a machine that is busy with other things a worker may get no CPU for seconds, and a text of 20,000 characters may
 * take more than the usual deadline: neither is the input's fault.
 */
export const PATIENT = { GTE_HANG_MS: '30000', GTE_DEADLINE_MS: '120000' };

/** Bytes of heap that a process of the service uses after a full garbage collection. */
export async function collectedHeap(service: Service, pid: number): Promise<number> {
  const reports = () => service.logs().filter((line) => line.msg === 'collected' && line.pid === pid);
  const before = reports().length;
  process.kill(pid, 'SIGWINCH');
  const report = await until(`process ${pid} has collected`, () => reports()[before]);
  return Number(report.heapUsed);
}
