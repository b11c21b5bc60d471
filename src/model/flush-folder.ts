import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Puts a folder and all its files on the disk, so that a power cut leaves none of them half-written behind its name. */
export async function flushFolder(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await flush(join(entry.parentPath, entry.name));
  await flush(dir);
}

/** A file, or the names in a folder. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
