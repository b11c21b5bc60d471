// Runs in a worker_thread: the only place where graphs are run, since a run blocks its thread for the whole inference.
import { parentPort, workerData } from 'node:worker_threads';
import { openSession, type Session } from './session.ts';
import { splitRows } from './split-rows.ts';
import type { Graph, GraphFiles, RunMessage, ThreadMessage } from './thread-messages.ts';

const port = parentPort;
if (!port) throw new Error('inference-thread runs as a worker_thread only');
const send = (message: ThreadMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

const sessions = new Map<Graph, Session>();

async function load(files: GraphFiles): Promise<void> {
  const startedAt = performance.now();
  for (const [graph, path] of Object.entries(files)) sessions.set(graph as Graph, await openSession(path));
  const columns = Object.fromEntries([...sessions].map(([graph, session]) => [graph, session.columns]));
  send({ type: 'loaded', columns, seconds: (performance.now() - startedAt) / 1000 });
}

async function run(message: RunMessage): Promise<void> {
  const session = sessions.get(message.graph);
  if (!session) throw new Error(`no graph ${message.graph}`);
  const rows = splitRows(await session.run(message, message.outputs), message.lengths);
  const memory = rows.flatMap((row) => Object.values(row).map(({ data }) => data.buffer as ArrayBuffer));
  send({ type: 'done', id: message.id, rows }, memory);
}

port.on('message', (message: RunMessage) => {
  run(message).catch((error: unknown) => send({ type: 'failed', id: message.id, reason: String(error) }));
});

load(workerData as GraphFiles).catch((error: unknown) =>
  send({ type: 'load-failed', reason: String(error) }),
);
