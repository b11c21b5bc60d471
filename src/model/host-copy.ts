import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Graphs that have less together save too little memory to be worth the disk space and the longer first start. */
export const SHARE_FROM_BYTES = 64 * 1024 * 1024;
/** A copy takes about as much disk as the graph; headroom so that making it never fills the disk. */
const SPACE_FACTOR = 2.5;
const POLL_MS = 100;

export interface HostCopyOptions {
  /** SHA-256 of the graph, from the manifest. */
  readonly sha256: string;
  /** Of the graph with its external data. */
  readonly bytes: number;
  /** Folder of all copies. */
  readonly cacheDir: string;
  readonly runtimeVersion: string;
  /** Writes the optimised graph, weights packed for this CPU as external data, to this path. */
  readonly make: (to: string) => Promise<void>;
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
  const { sha256, bytes, cacheDir, runtimeVersion, make } = options;
  const graphDir = join(cacheDir, sha256.slice(0, 16));
  const key = createHash('sha256')
    .update(`${runtimeVersion}\n${await cpuFingerprint()}`)
    .digest('hex')
    .slice(0, 16);
  const dir = join(graphDir, key);
  const path = join(dir, 'model.onnx');
  await mkdir(graphDir, { recursive: true });
  const unlock = await lock(join(graphDir, `${key}.lock`), () => exists(path));
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
    await rename(unfinished, dir);
    for (const name of await readdir(graphDir)) {
      if (!name.startsWith(key)) await rm(join(graphDir, name), { recursive: true, force: true });
    }
    return { path, bytes: await sizeOf(dir), made: true };
  } finally {
    await unlock();
  }
}

/** Packed weights fit one instruction set: everything that tells CPUs apart. */
async function cpuFingerprint(): Promise<string> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(info)?.[1] ?? '';
  return [arch(), cpus()[0]?.model ?? '', flags].join('\n');
}

/**
 * Waits for its turn: holds the lock file, or finds `done` while another process holds it. A lock whose holder is dead is
 * taken over. The file appears whole, by a link, so that its holder can always be read.
 */
async function lock(path: string, done: () => Promise<boolean>): Promise<() => Promise<void>> {
  const own = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    for (;;) {
      const held = await link(own, path).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
      if (held === undefined) return () => rm(path, { force: true });
      if (held !== 'EEXIST') throw new Error(`${path} can't be made (${held})`);
      if (await done()) return async () => undefined;
      if (await holderIsDead(path)) await rm(path, { force: true });
      else await sleep(POLL_MS);
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function holderIsDead(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (pid === 0) return false; // gone by now
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
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
