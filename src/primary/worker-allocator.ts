import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** From this size of its folder on, a model's activations are so large that keeping what they free costs much memory. */
const LARGE_MODEL_BYTES = 64 * 1024 * 1024;
/** Blocks from this size on are mapped, and given back to the system when freed. */
const MMAP_THRESHOLD_BYTES = 1024 * 1024;

/**
 * Environment of workers that run the models of these folders. glibc raises its mmap threshold to up to 32 MB as large blocks
 * are freed, and keeps what lies below it in heaps that fragment: after one text of 512 tokens a worker with GTE-large can
 * hold 500 MB more (docs/adr/0006-shared-weights.md). A fixed threshold (mallopt(3)) ends that. Small models keep the default,
 * which is up to 10 % faster for them; so does who sets malloc's variables. Other C libraries know neither.
 */
export function workerAllocator(
  folders: readonly (string | undefined)[],
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const set = Object.keys(env).some((name) => name.startsWith('MALLOC_') || name === 'GLIBC_TUNABLES');
  const large = folders.some((folder) => folder !== undefined && folderBytes(folder) >= LARGE_MODEL_BYTES);
  return large && !set ? { MALLOC_MMAP_THRESHOLD_: String(MMAP_THRESHOLD_BYTES) } : {};
}

/** 0 for a folder that can't be read: the worker says what is wrong with it. */
function folderBytes(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}
