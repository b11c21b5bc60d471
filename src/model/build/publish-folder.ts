import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flush, flushFolder } from '../flush-folder.ts';

/**
 * Makes a finished folder appear under its final name: everything is flushed first, then a rename shows it. A folder of that
 * name is first renamed to `replaced`, and back if the new one can't take its place; processes that have its files open keep
 * them. Killed between the two renames, it leaves the old one there, for whoever holds the name next.
 * @param staging on the same file system as `target` and `replaced`.
 */
export async function publishFolder(staging: string, target: string, replaced: string): Promise<void> {
  await flushFolder(staging);
  const there = await rename(target, replaced).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  try {
    await rename(staging, target);
  } catch (error) {
    if (there) await rename(replaced, target);
    throw error;
  }
  await flush(dirname(target));
  await rm(replaced, { recursive: true, force: true });
}
