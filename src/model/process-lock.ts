import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The process that holds a lock. A pid alone is given away again, at the latest after a reboot. */
export interface LockHolder {
  readonly pid: number;
  /** When it began, in the kernel's own count since the boot; empty where there is no /proc. */
  readonly began: string;
  readonly boot: string;
}

export type LockAttempt =
  | { readonly release: () => Promise<void> }
  | { readonly release?: undefined; readonly holder: LockHolder };

/**
 * Takes a lock file for this process, or tells who has it. The file appears whole, by a link. That of a dead process is
 * taken over by one claimant only: each must first hold a second lock, named after what the dead one left, and only its
 * holder replaces the file.
 * @throws Error when the file can't be made.
 */
export async function tryLock(path: string): Promise<LockAttempt> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, JSON.stringify({ ...(await thisProcess()), id: randomUUID() }));
  try {
    for (;;) {
      const failed = await link(own, path).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => error,
      );
      if (!failed) return { release: () => rm(path, { force: true }) };
      if (failed.code !== 'EEXIST') throw failed;
      const left = await contentOf(path);
      if (left === undefined) continue; // gone by now
      const holder = readHolder(left);
      if (holder && (await isAlive(holder))) return { holder };
      const mark = createHash('sha256').update(left).digest('hex').slice(0, 12);
      const heir = await tryLock(`${path.replace(/\.heir-\w+$/, '')}.heir-${mark}`);
      if (!heir.release) return heir;
      try {
        if ((await contentOf(path)) !== left) continue; // another heir was before
        await rename(own, path);
        return { release: () => rm(path, { force: true }) };
      } finally {
        await heir.release();
      }
    }
  } finally {
    await rm(own, { force: true });
  }
}

const contentOf = (path: string) =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

async function thisProcess(): Promise<LockHolder> {
  return { pid: process.pid, began: await beginOf(process.pid), boot: await bootId() };
}

const bootId = () =>
  readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (id) => id.trim(),
    () => '',
  );

/** Field 22 of /proc/PID/stat; the name before it, in brackets, may hold anything. */
async function beginOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Undefined for what no lock of ours would hold: nobody has it. */
function readHolder(text: string): LockHolder | undefined {
  try {
    const { pid, began, boot } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 0 ? { pid, began: String(began), boot: String(boot) } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, began, boot }: LockHolder): Promise<boolean> {
  if (boot !== (await bootId()) || began !== (await beginOf(pid))) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
