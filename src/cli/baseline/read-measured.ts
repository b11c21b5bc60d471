import { definitions as d } from '../../metrics/definitions.ts';
import type { Prometheus } from '../sources/prometheus.ts';
import type { Measured } from './proposals.ts';

const requests = (selector: string, window: string) => `rate(${d.taskRequests.name}${selector}[${window}])`;

/**
 * One number each over a window that ends now.
 * @param fewestPerMinute requests of a task below which the alert does not look at its latency
 */
export async function readMeasured(
  prometheus: Prometheus,
  window: string,
  fewestPerMinute: number,
): Promise<Measured> {
  const one = async (expression: string) => (await prometheus.query(expression))[0]?.value ?? Number.NaN;
  const share = (selector: string) =>
    one(
      `max(sum by (task_type) (${requests(selector, window)}) / (sum by (task_type) (${requests('', window)}) > 0))`,
    );
  const busy = `60 * sum by (task_type) (rate(${d.taskLatency.name}_count[5m])) > ${fewestPerMinute}`;
  const p95 = `histogram_quantile(0.95, sum by (task_type, le) (rate(${d.taskLatency.name}_bucket[5m])))`;
  const [
    latencyP95,
    errorRatio,
    shedRatio,
    availability,
    restarts,
    snapshotAge,
    queueFill,
    memory,
    loop,
    hostMemory,
    disk,
  ] = await Promise.all([
    one(`max(quantile_over_time(0.99, (${p95} and on (task_type) ${busy})[${window}:1m]))`),
    share('{status="error"}'),
    share('{status="rejected"}'),
    one(
      `sum(${requests('{status="success"}', window)}) / (sum(${requests('{status=~"success|error|rejected"}', window)}) > 0)`,
    ),
    one(`max_over_time(sum(increase(${d.workerRestarts.name}{reason!="reload"}[15m]))[${window}:5m])`),
    one(`max(max_over_time(${d.workerSnapshotAge.name}[${window}]))`),
    one(`max(max_over_time((${d.queueTokens.name} / ${d.queueLimitTokens.name})[${window}:1m]))`),
    one(`max(max_over_time(process_resident_memory_bytes{slot!=""}[${window}]))`),
    one(`max(quantile_over_time(0.99, nodejs_eventloop_lag_p99_seconds{slot!=""}[${window}]))`),
    one(`min(min_over_time((node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)[${window}:1m]))`),
    one(
      `min(min_over_time((node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes{fstype!~"tmpfs|overlay"})[${window}:5m]))`,
    ),
  ]);
  return {
    latencyP95,
    // A status that never occurred has no rate to divide.
    errorRatio: Number.isNaN(errorRatio) && Number.isFinite(availability) ? 0 : errorRatio,
    shedRatio: Number.isNaN(shedRatio) && Number.isFinite(availability) ? 0 : shedRatio,
    availability,
    restartsIn15Minutes: restarts,
    snapshotAge,
    queueFill,
    memoryBytes: memory,
    eventLoopP99: loop,
    hostMemoryAvailable: hostMemory,
    diskAvailable: disk,
  };
}
