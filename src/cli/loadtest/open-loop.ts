import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { Workload } from './workload.ts';

export interface OpenLoopOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly workload: Workload;
  /** Milliseconds after the start at which requests are due. */
  readonly due: Iterable<number>;
  /** After this a request counts as not answered. */
  readonly timeoutMs: number;
  readonly connections: number;
  readonly recorder: Recorder;
  readonly signal?: AbortSignal | undefined;
  onSent?(count: number, dueMs: number): void;
}

/** Timers are only as fine as this; what is due within it is sent together. */
const TICK_MS = 1;

/**
 * Sends each request when it is due, whatever became of the ones before, and counts its latency from that moment: a
 * request that waits for a connection, or for this program, is a slow one (no coordinated omission).
 * @returns seconds from the start until the last answer
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<number> {
  const { url, workload, due, recorder, signal } = options;
  const pool = new Pool(new URL(url).origin, {
    connections: options.connections,
    pipelining: 1,
    // Each request's own signal ends it.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const startedAt = performance.now();
  const running = new Set<Promise<void>>();
  let sent = 0;
  try {
    for (const dueMs of due) {
      for (let wait = startedAt + dueMs - performance.now(); wait > TICK_MS; ) {
        await sleep(wait, undefined, signal ? { signal } : {}).catch(() => undefined);
        if (signal?.aborted) break;
        wait = startedAt + dueMs - performance.now();
      }
      if (signal?.aborted) break;
      const dueAt = startedAt + dueMs;
      recorder.recordLateness(Math.max(0, performance.now() - dueAt) / 1000);
      const { task, body } = workload();
      const answered = send(pool, options, body).then(({ outcome, timed, proxyCode }) => {
        recorder.record(task, outcome, timed ? (performance.now() - dueAt) / 1000 : undefined);
        if (proxyCode !== undefined) recorder.recordProxyAnswer(proxyCode);
      });
      running.add(answered);
      void answered.then(() => running.delete(answered));
      sent += 1;
      options.onSent?.(sent, dueMs);
      // A schedule faster than the clock's tick would never let answers in.
      if (sent % 64 === 0) await sleep(0);
    }
    await Promise.all(running);
  } finally {
    await pool.close();
  }
  return (performance.now() - startedAt) / 1000;
}

const REQUEST = { path: '/predict', method: 'POST' } as const;

interface Sent {
  readonly outcome: Outcome;
  /** Answered, or waited for as long as was allowed. */
  readonly timed: boolean;
  /** Of an answer that no worker gave. */
  readonly proxyCode?: number;
}

async function send(pool: Dispatcher, { headers, timeoutMs }: OpenLoopOptions, body: string): Promise<Sent> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await pool.request({
      ...REQUEST,
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
    await answer.body.dump();
    const outcome = outcomeOf(answer.statusCode, answer.headers['x-task-status']);
    const byWorker = answer.headers['x-task-type'] !== undefined;
    return { outcome, timed: true, ...(byWorker ? {} : { proxyCode: answer.statusCode }) };
  } catch {
    return { outcome: 'no_answer', timed: signal.aborted };
  }
}
