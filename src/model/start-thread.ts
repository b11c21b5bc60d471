import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Matrix, Sequence } from './engine.ts';
import type { GraphColumns } from './manifest/check-columns.ts';
import type { Graph, RunMessage, Sharing, ThreadMessage, ThreadOptions } from './thread-messages.ts';

/** A row for the thread: what it holds, and which outputs it needs. */
export interface ThreadRow {
  readonly sequence: Sequence;
  readonly outputs: readonly string[];
}

export interface InferenceThread {
  readonly loadSeconds: number;
  readonly columns: GraphColumns;
  readonly sharing: readonly Sharing[];
  /** → the matrices of each row. Rejects when the run fails or the thread has ended. */
  run(graph: Graph, rows: readonly ThreadRow[]): Promise<Record<string, Matrix>[]>;
  close(): Promise<void>;
}

/**
 * Starts the inference thread and waits until its graphs are open.
 * @param onExit called once if the thread ends by itself, with the reason.
 * @throws Error with the runtime's reason when a graph can't be opened.
 */
export async function startThread(
  options: ThreadOptions,
  onExit: (reason: Error) => void,
): Promise<InferenceThread> {
  const worker = new Worker(new URL(`./inference-thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: options,
    name: 'inference',
  });
  const waiting = new Map<
    number,
    { resolve: (rows: Record<string, Matrix>[]) => void; reject: (e: Error) => void }
  >();
  const running = new Set<Promise<unknown>>();
  let nextId = 0;
  let closing = false;

  const ended = (reason: Error) => {
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    if (!closing) onExit(reason);
    closing = true;
  };

  const [first] = (await once(worker, 'message')) as [ThreadMessage];
  if (first.type !== 'loaded') {
    await worker.terminate();
    throw new Error(first.type === 'load-failed' ? first.reason : `unexpected ${first.type}`);
  }
  worker.on('error', (error) => ended(error as Error));
  worker.on('exit', (code) => ended(new Error(`the inference thread ended with code ${code}`)));
  worker.on('message', (message: ThreadMessage) => {
    if (message.type !== 'done' && message.type !== 'failed') return;
    const { resolve, reject } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.type === 'done') resolve?.(message.rows);
    else reject?.(new Error(message.reason));
  });

  return {
    loadSeconds: first.seconds,
    columns: first.columns,
    sharing: first.sharing,
    run(graph, rows) {
      if (closing) return Promise.reject(new Error('the inference thread has ended'));
      const message = pack(nextId++, graph, rows);
      const answered = new Promise<Record<string, Matrix>[]>((resolve, reject) => {
        waiting.set(message.id, { resolve, reject });
        worker.postMessage(message, [message.ids.buffer, message.types.buffer, message.lengths.buffer]);
      });
      const forget = () => running.delete(answered);
      running.add(answered);
      answered.then(forget, forget);
      return answered;
    },
    async close() {
      closing = true;
      // Ending a thread inside a native run aborts the process: https://github.com/nodejs/node-addon-api/pull/902
      await Promise.allSettled(running);
      await worker.terminate();
    },
  };
}

/** Pads rows to the longest; asks for the outputs that any of them needs. */
function pack(id: number, graph: Graph, rows: readonly ThreadRow[]): RunMessage {
  const lengths = Int32Array.from(rows, (row) => row.sequence.ids.length);
  const width = Math.max(...lengths);
  const ids = new Int32Array(rows.length * width);
  const types = new Int32Array(rows.length * width);
  rows.forEach(({ sequence }, row) => {
    ids.set(sequence.ids, row * width);
    if (sequence.types) types.set(sequence.types, row * width);
  });
  const outputs = [...new Set(rows.flatMap((row) => row.outputs))];
  return { id, graph, ids, types, lengths, width, outputs };
}
