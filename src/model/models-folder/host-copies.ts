import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { graphDigest } from '../graph-digest.ts';
import { copiesDir } from '../host-copy.ts';
import type { Manifest } from '../manifest.ts';
import { listModels } from './list-models.ts';

/** The copies of a model's graphs that this host made, and the disk space that they take. */
export interface HostCopies {
  readonly dirs: readonly string[];
  readonly bytes: number;
}

export async function hostCopies(manifest: Manifest, cacheDir: string): Promise<HostCopies> {
  const found = await Promise.all(
    copyDirs(manifest, cacheDir).map(async (dir) => ({ dir, bytes: await bytesIn(dir) })),
  );
  const there = found.filter((copy) => copy.bytes !== undefined);
  return { dirs: there.map(({ dir }) => dir), bytes: there.reduce((sum, { bytes = 0 }) => sum + bytes, 0) };
}

/**
 * Deletes the copies of a model that is no longer there, other than those of graphs that a model in `modelsDir` has, too.
 * Processes that have them open keep them. @returns bytes freed.
 */
export async function removeHostCopies(
  manifest: Manifest,
  cacheDir: string,
  modelsDir: string,
): Promise<number> {
  const kept = new Set(
    (await listModels(modelsDir)).flatMap((other) =>
      other.manifest ? copyDirs(other.manifest, cacheDir) : [],
    ),
  );
  let freed = 0;
  for (const dir of copyDirs(manifest, cacheDir).filter((own) => !kept.has(own))) {
    freed += (await bytesIn(dir)) ?? 0;
    await rm(dir, { recursive: true, force: true });
  }
  return freed;
}

const copyDirs = ({ extractor, encoder }: Manifest, cacheDir: string) =>
  [extractor, encoder].flatMap((graph) => (graph ? [copiesDir(cacheDir, graphDigest(graph))] : []));

/** Undefined where there is no such folder. */
async function bytesIn(dir: string): Promise<number | undefined> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(({ parentPath, name }) =>
    stat(join(parentPath, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
