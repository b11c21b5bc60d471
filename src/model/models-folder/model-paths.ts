import { join } from 'node:path';

/** What a model may be called: a plain folder name. */
export const MODEL_NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** Where a model and the work on it are; all on one file system, so that renaming shows or hides a folder at once. */
export interface ModelPaths {
  readonly modelsDir: string;
  readonly name: string;
  readonly dir: string;
  readonly staging: string;
  /** The old folder, while a new one takes its place. */
  readonly replaced: string;
  /** A folder that is being deleted. */
  readonly removed: string;
  readonly lock: string;
  readonly downloads: string;
}

const WORK = '.work';

export function modelPaths(modelsDir: string, name: string): ModelPaths {
  const work = join(modelsDir, WORK);
  return {
    modelsDir,
    name,
    dir: join(modelsDir, name),
    staging: join(work, `${name}.new`),
    replaced: join(work, `${name}.replaced`),
    removed: join(work, `${name}.removed`),
    lock: join(work, `${name}.lock`),
    downloads: join(work, 'downloads'),
  };
}
