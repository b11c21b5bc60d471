import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Makes a finished folder appear under its final name at once: everything is flushed first, then one rename shows it. A
 * folder of that name is replaced; processes that have its files open keep them.
 * @param staging on the same file system as `target`.
 */
export async function publishFolder(staging: string, target: string): Promise<void> {
  for (const entry of await readdir(staging, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await flush(join(entry.parentPath, entry.name));
  await flush(staging);
  const old = `${staging}.old`;
  await rename(target, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staging, target);
  await flush(dirname(target));
  await rm(old, { recursive: true, force: true });
}

async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
