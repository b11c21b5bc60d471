import { rename, rm } from 'node:fs/promises';
import { holdName } from './hold-name.ts';
import { modelPaths } from './model-paths.ts';

/** Takes a model away at once, then frees its space. @throws ModelError when another process works on it. */
export async function removeModel(modelsDir: string, name: string): Promise<void> {
  const paths = modelPaths(modelsDir, name);
  const release = await holdName(paths, true);
  try {
    await rename(paths.dir, paths.removed);
    await rm(paths.removed, { recursive: true });
  } finally {
    await release();
  }
}
