import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ModelError } from '../model-error.ts';
import { tryLock } from '../process-lock.ts';
import type { ModelPaths } from './model-paths.ts';

/**
 * Reserves a model's name for this process, and puts right what a killed one left: a half-built folder goes, a model that was
 * just being replaced comes back.
 * @returns what gives the name back.
 * @throws ModelError when the model exists (unless it may be replaced) or another process works on it.
 */
export async function holdName(paths: ModelPaths, replace: boolean): Promise<() => Promise<void>> {
  const { name, dir, lock, staging, replaced, removed } = paths;
  await mkdir(dirname(lock), { recursive: true }).catch((cause) => {
    throw new ModelError(`${dirname(lock)} can't be made (${cause.code})`, cause);
  });
  const attempt = await tryLock(lock).catch((error: NodeJS.ErrnoException) => {
    throw new ModelError(`${lock} can't be written (${error.code})`, error);
  });
  const { release } = attempt;
  if (!release) throw new ModelError(`process ${attempt.holder.pid} is working on ${name} already`);
  try {
    if (!(await exists(dir)) && (await exists(replaced))) await rename(replaced, dir);
    for (const left of [staging, replaced, removed]) await rm(left, { recursive: true, force: true });
    if (!replace && (await exists(dir)))
      throw new ModelError(`there is a model ${name} already: --replace, or another --name`);
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
