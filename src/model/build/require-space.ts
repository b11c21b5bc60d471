import { statfs } from 'node:fs/promises';
import { ModelError } from '../model-error.ts';

export type FreeBytes = (dir: string) => Promise<number>;

/** What an ordinary user may still write on the file system of `dir`. */
export const freeBytes: FreeBytes = async (dir) => {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
};

/** @throws ModelError with both figures when `dir` has less room than is needed. */
export async function requireSpace(
  dir: string,
  neededBytes: number,
  what: string,
  free = freeBytes,
): Promise<void> {
  const available = await free(dir);
  if (available >= neededBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  throw new ModelError(
    `${what} needs ${gigabytes(neededBytes)} in ${dir}, but only ${gigabytes(available)} are free`,
  );
}
