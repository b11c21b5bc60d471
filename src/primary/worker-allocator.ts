import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** From this size of its folder on, a model's activations are so large that keeping what they free costs much memory. */
const LARGE_MODEL_BYTES = 64 * 1024 * 1024;
/** Blocks from this size on are mapped, and given back to the system when freed. */
const MMAP_THRESHOLD_BYTES = 128 * 1024;
/** Two threads of a worker allocate much, the main one and that of inference. */
const ARENAS = 2;

/**
 * Environment of workers that run the models of these folders (docs/adr/0006-shared-weights.md). glibc gives up to eight threads
 * a processor an arena each, of which none uses what another has freed. It raises its mmap threshold to up to 32 MB as large
 * blocks are freed, and keeps what lies below it in heaps that fragment: after one text of 512 tokens a worker with GTE-large can
 * hold 500 MB more. A fixed threshold (mallopt(3)) ends that; small models keep the default, which is up to 20 % faster for
 * them. Who sets malloc's variables has them as they are. Other C libraries know none of this.
 */
export function workerAllocator(
  folders: readonly (string | undefined)[],
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  if (Object.keys(env).some((name) => name.startsWith('MALLOC_') || name === 'GLIBC_TUNABLES')) return {};
  const large = folders.some((folder) => folder !== undefined && folderBytes(folder) >= LARGE_MODEL_BYTES);
  return {
    MALLOC_ARENA_MAX: String(ARENAS),
    ...(large && { MALLOC_MMAP_THRESHOLD_: String(MMAP_THRESHOLD_BYTES) }),
  };
}

/** 0 for a folder that can't be read: the worker says what is wrong with it. */
function folderBytes(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}
