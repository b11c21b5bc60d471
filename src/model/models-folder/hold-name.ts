import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ModelError } from '../model-error.ts';
import type { ModelPaths } from './model-paths.ts';

/**
 * Reserves a model's name for this process, and clears away what a killed one left half-built.
 * @returns what gives the name back.
 * @throws ModelError when the model exists (unless it may be replaced) or another process works on it.
 */
export async function holdName(paths: ModelPaths, replace: boolean): Promise<() => Promise<void>> {
  const { name, dir, lock, staging } = paths;
  const there = await access(dir).then(
    () => true,
    () => false,
  );
  if (there && !replace)
    throw new ModelError(`there is a model ${name} already: --replace, or another --name`);
  await mkdir(dirname(lock), { recursive: true }).catch((cause) => {
    throw new ModelError(`${dirname(lock)} can't be made (${cause.code})`, cause);
  });
  for (let attempt = 0; ; attempt += 1) {
    const taken = await writeFile(lock, String(process.pid), { flag: 'wx' }).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return true;
        throw new ModelError(`${lock} can't be written (${error.code})`, error);
      },
    );
    if (!taken) break;
    const pid = Number(await readFile(lock, 'utf8').catch(() => '0'));
    if (attempt > 0 || isAlive(pid)) throw new ModelError(`process ${pid} is working on ${name} already`);
    await rm(lock, { force: true });
  }
  for (const left of [staging, `${staging}.old`]) await rm(left, { recursive: true, force: true });
  return () => rm(lock, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
