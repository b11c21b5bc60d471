import { createLogger } from '../../../src/logger.ts';
import { createRelayMetrics } from '../../../src/relay/metrics.ts';
import type { Robot } from '../../../src/relay/robot.ts';
import type { SenderOptions } from '../../../src/relay/sender.ts';
import { startRelay } from '../../../src/relay/start-relay.ts';

export { createLogger, createRelayMetrics };

export const FAST: SenderOptions = { maxQueued: 200, backoffMs: 5, maxBackoffMs: 20, maxAgeMs: 60_000 };

/** A relay on a free port, told of `robots`, which waits milliseconds where it would wait seconds. */
export async function relayTo(robots: readonly Robot[], options: Partial<SenderOptions> = {}) {
  const settings = {
    host: '127.0.0.1',
    port: 0,
    timeZone: 'Asia/Shanghai',
    logLevel: 'silent',
    robots,
    exposedFile: undefined,
  };
  const relay = await startRelay(settings, { ...FAST, ...options });
  const origin = `http://127.0.0.1:${relay.port}`;
  return {
    ...relay,
    origin,
    post: (body: unknown, type = 'application/json') =>
      fetch(`${origin}/alerts`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** The value of a series as /metrics has it. */
    async metric(series: string): Promise<number> {
      const text = await (await fetch(`${origin}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
    },
  };
}

/** Asks again until it holds; the test's own time limit ends it otherwise. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

type AlertChange = { status?: 'firing' | 'resolved'; labels?: object; annotations?: object };

/** A notification as Alertmanager 0.25 posts it. */
export function notificationOf(...changes: AlertChange[]) {
  const alerts = changes.map(({ status = 'firing', labels = {}, annotations = {} }) => ({
    status,
    labels: { alertname: 'GTE_ErrorRateHigh', severity: 'critical', job: 'gte', task_type: 'ner', ...labels },
    annotations: {
      summary: '任务 ner 的错误率为 1.05%，高于 1%',
      summary_en: 'Error ratio of ner is 1.05%, above 1%',
      value: '1.05%',
      runbook_url: 'http://127.0.0.1:8060/runbooks/GTE_ErrorRateHigh',
      ...annotations,
    },
    startsAt: '2024-05-01T02:03:04.123456789Z',
    endsAt: status === 'resolved' ? '2024-05-01T02:13:09.1Z' : '0001-01-01T00:00:00Z',
    generatorURL: 'http://host:9091/graph',
    fingerprint: 'abcdef',
  }));
  return {
    receiver: 'relay',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    alerts,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://host:9093',
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
  };
}
