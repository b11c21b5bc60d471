import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hashFile } from '../hash-file.ts';
import type { Digest } from './hub.ts';

/** Whether a file holds what the hub says. Git hashes a blob behind a header with its size. */
export async function matchesDigest(path: string, digest: Digest): Promise<boolean> {
  const { size } = await stat(path);
  const hash = createHash(digest.kind === 'sha256' ? 'sha256' : 'sha1');
  if (digest.kind === 'git-sha1') hash.update(`blob ${size}\0`);
  return (await hashFile(path, hash)) === digest.hex;
}
