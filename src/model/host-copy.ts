import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flush, flushFolder } from './flush-folder.ts';
import { tryLock } from './process-lock.ts';

/** Graphs that have fewer bytes together save too little memory to be worth the disk space and the longer first start. */
export const SHARE_FROM_BYTES = 16 * 1024 * 1024;
/** A copy takes twice the disk space of its graph; headroom so that making it never fills the disk. */
const SPACE_FACTOR = 2.5;
const POLL_MS = 100;
/** Half of what a worker may take to start: the graph itself has to be loaded then. */
const PATIENCE_MS = 60_000;

export interface HostCopyOptions {
  /** As graphDigest tells it. */
  readonly digest: string;
  /** Of the graph with its external data. */
  readonly bytes: number;
  /** Folder of all copies. */
  readonly cacheDir: string;
  readonly runtimeVersion: string;
  /** Writes the optimised graph, weights packed for this CPU as external data, to this path. */
  readonly make: (to: string) => Promise<void>;
  /** How long to wait for another process that makes it. */
  readonly patienceMs?: number;
}

export interface HostCopy {
  readonly path: string;
  readonly bytes: number;
  /** True when this call made it. */
  readonly made: boolean;
}

/**
 * The graph as this host runs it best: optimised, its weights packed for this CPU and mapped from disk, so that all workers
 * share one copy in memory (docs/adr/0006-shared-weights.md). Made once, under a lock, keyed by graph, runtime and CPU; a
 * copy for another runtime or CPU is replaced.
 * @throws Error when it can't be made; the graph itself then serves, unshared.
 */
export async function hostCopy(options: HostCopyOptions): Promise<HostCopy> {
  const { bytes, runtimeVersion, make, patienceMs = PATIENCE_MS } = options;
  const graphDir = copiesDir(options.cacheDir, options.digest);
  const key = createHash('sha256')
    .update(`${runtimeVersion}\n${await cpuFingerprint()}`)
    .digest('hex')
    .slice(0, 16);
  const dir = join(graphDir, key);
  const path = join(dir, 'model.onnx');
  await mkdir(graphDir, { recursive: true });
  const unlock = await lock(join(graphDir, `${key}.lock`), () => exists(path), patienceMs);
  try {
    if (await exists(path)) return { path, bytes: await sizeOf(dir), made: false };
    const { bavail, bsize } = await statfs(graphDir);
    if (bavail * bsize < SPACE_FACTOR * bytes) {
      throw new Error(
        `${graphDir} has ${Math.round((bavail * bsize) / 1e6)} MB free, ${Math.round((SPACE_FACTOR * bytes) / 1e6)} MB are needed`,
      );
    }
    const unfinished = `${dir}.tmp`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await make(join(unfinished, 'model.onnx'));
    await flushFolder(unfinished);
    await rm(dir, { recursive: true, force: true });
    await rename(unfinished, dir);
    await flush(graphDir);
    for (const name of await readdir(graphDir)) {
      if (!name.startsWith(key)) await rm(join(graphDir, name), { recursive: true, force: true });
    }
    return { path, bytes: await sizeOf(dir), made: true };
  } finally {
    await unlock();
  }
}

/** Takes a copy away that can't be opened, so that the next start makes it again; who has it open keeps it. */
export const discardCopy = ({ path }: HostCopy) => rm(dirname(path), { recursive: true, force: true });

/** Where the copies of one graph are. */
export const copiesDir = (cacheDir: string, digest: string) => join(cacheDir, digest.slice(0, 16));

/** Packed weights fit one instruction set: everything that tells CPUs apart. */
async function cpuFingerprint(): Promise<string> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(info)?.[1] ?? '';
  return [arch(), cpus()[0]?.model ?? '', flags].join('\n');
}

/**
 * Waits for its turn: holds the lock, or finds `done` while another process holds it.
 * @throws Error when another process holds it for too long.
 */
async function lock(
  path: string,
  done: () => Promise<boolean>,
  patienceMs: number,
): Promise<() => Promise<void>> {
  const startedAt = performance.now();
  for (;;) {
    const attempt = await tryLock(path);
    if (attempt.release) return attempt.release;
    if (await done()) return async () => undefined;
    if (performance.now() - startedAt > patienceMs)
      throw new Error(`process ${attempt.holder.pid} has been making it for ${patienceMs / 1000} s`);
    await sleep(POLL_MS);
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function sizeOf(dir: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
