import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendJson, serve } from './stand-ins.ts';

export interface StandInService {
  /** Both the public API and the admin port. */
  readonly url: string;
  /** Env that points the commands to it. */
  readonly env: Record<string, string>;
}

export interface StandInOptions {
  /** Milliseconds until the answer to the i-th request, the first is 0. */
  readonly delayMs?: (i: number) => number;
  readonly status?: (i: number) => number;
  /** Whether the i-th request is answered by a proxy, without a worker. */
  readonly byProxy?: (i: number) => boolean;
  /** Runs when the i-th request comes. */
  readonly onRequest?: (i: number) => void;
  /** Counts this many requests more than it gets. */
  readonly overcount?: number;
  readonly ready?: number;
  /** After so many requests the admin port answers 503. */
  readonly adminGoneAfter?: number;
  /** The result of a request. */
  readonly result?: (body: Record<string, unknown>) => unknown;
}

/** Answers /predict, /metrics and /workers as the service does, one request after another. */
export async function serveService(t: TestContext, options: StandInOptions = {}): Promise<StandInService> {
  const { delayMs = () => 0, status = () => 200, overcount = 0, ready = 2, result = () => [] } = options;
  const { byProxy = () => false, onRequest, adminGoneAfter = Number.POSITIVE_INFINITY } = options;
  const counts = new Map<string, number>();
  let number = 0;
  let busySeconds = 0;
  let line = Promise.resolve();
  const url = await serve(t, async (request, response, body) => {
    if (request.url === '/metrics' && number >= adminGoneAfter)
      return sendJson(response, { error: 'gone' }, 503);
    if (request.url === '/metrics') {
      const rows = [...counts].map(
        ([labels, count]) => `gte_task_requests_total{${labels}} ${count + overcount}`,
      );
      return void response.end(
        `${rows.join('\n')}\ngte_workers{state="desired"} 2\ngte_workers{state="ready"} ${ready}\ngte_inference_busy_seconds_total{slot="0"} ${busySeconds}\ngte_model_info{model="m/extractor",version="1",engine="onnx"} 1\nprocess_start_time_seconds{slot="primary"} 1000\n`,
      );
    }
    if (request.url === '/workers')
      return sendJson(response, {
        workers: [
          {
            slot: 0,
            pid: 42,
            state: 'ready',
            since: '2026-01-31T10:00:00.000Z',
            requests: 7,
            restarts: 1,
            event_loop_p99_ms: 11.5,
            rss_bytes: 250e6,
          },
        ],
      });
    const i = number++;
    const asked = JSON.parse(body) as Record<string, unknown>;
    onRequest?.(i);
    const code = status(i);
    if (byProxy(i)) return sendJson(response, { error: 'no' }, code);
    const task = String(asked.task_type);
    const ended = code === 200 ? 'success' : code === 429 ? 'rejected' : 'error';
    line = line.then(async () => {
      const delay = delayMs(i);
      busySeconds += delay / 1000;
      if (delay > 0) await sleep(delay);
    });
    await line;
    const labels = `task_type="${task}",status="${ended}"`;
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
    sendJson(response, code === 200 ? { result: result(asked), model: 'm@1' } : { error: 'no' }, code, {
      'X-Task-Type': task,
      'X-Task-Status': ended,
    });
  });
  const port = new URL(url).port;
  return { url, env: { GTE_PORT: port, GTE_METRICS_PORT: port, PROMETHEUS_URL: 'http://127.0.0.1:9' } };
}
