// Runs in a worker_thread: the only place where graphs are run, since a run blocks its thread for the whole inference.
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { hashFile } from './hash-file.ts';
import { discardCopy, type HostCopy, hostCopy } from './host-copy.ts';
import { openSession, runtimeVersion, type Session, saveForHost } from './session.ts';
import { splitRows } from './split-rows.ts';
import type {
  Graph,
  GraphFile,
  RunMessage,
  Sharing,
  ThreadMessage,
  ThreadOptions,
} from './thread-messages.ts';

const port = parentPort;
if (!port) throw new Error('inference-thread runs as a worker_thread only');
const send = (message: ThreadMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

/** Nice steps below the main thread, which needs a processor for a moment and then at once (docs/adr/0026). */
const GIVE_WAY = 4;

const sessions = new Map<Graph, Session>();

async function load({ graphs, share }: ThreadOptions): Promise<void> {
  const startedAt = performance.now();
  const sharing: Sharing[] = [];
  const bytes = Object.values(graphs).reduce((sum, file) => sum + file.bytes, 0);
  for (const [name, file] of Object.entries(graphs)) {
    const graph = name as Graph;
    const shared = share && bytes >= share.fromBytes ? await openShared(file, share.cacheDir) : undefined;
    sessions.set(graph, shared?.session ?? (await openSession(file.path)));
    if (shared) sharing.push({ graph, ...(shared.session ? { copy: shared.copy } : shared) });
  }
  giveWay();
  const columns = Object.fromEntries([...sessions].map(([graph, session]) => [graph, session.columns]));
  send({ type: 'loaded', columns, seconds: (performance.now() - startedAt) / 1000, sharing });
}

/**
 * Linux takes process 0 for the calling thread, other systems for the process with its main thread. Where a sandbox forbids
 * it (systemd's `SystemCallFilter=~@resources`), all threads stay alike, and answers are the same.
 */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.min(getPriority(0) + GIVE_WAY, constants.priority.PRIORITY_LOW));
  } catch {
    // Served all the same.
  }
}

/** Without a copy the service runs as well, in more memory: why is told, and no reason to stop. */
async function openShared(
  file: GraphFile,
  cacheDir: string,
): Promise<
  | { readonly copy: HostCopy; readonly session: Session }
  | { readonly problem: string; readonly session?: never }
> {
  let copy: HostCopy | undefined;
  try {
    const make = async (to: string) => {
      await requireIntact(file);
      await saveForHost(file.path, to);
    };
    copy = await hostCopy({ ...file, cacheDir, runtimeVersion, make });
    return { copy, session: await openSession(copy.path) };
  } catch (error) {
    if (copy) await discardCopy(copy).catch(() => undefined);
    return { problem: `${copy ? `${copy.path} can't be opened: ` : ''}${(error as Error).message}` };
  }
}

/** A copy of a damaged graph would outlive the damage: it is found by what the manifest says of the graph. */
async function requireIntact({ files }: GraphFile): Promise<void> {
  for (const { path, sha256 } of files)
    if ((await hashFile(path)) !== sha256) throw new Error(`${path} is damaged`);
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

load(workerData as ThreadOptions).catch((error: unknown) =>
  send({ type: 'load-failed', reason: String(error) }),
);
