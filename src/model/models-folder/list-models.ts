import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadManifest, type Manifest, namedFiles } from '../manifest.ts';
import { MODEL_NAME } from './model-paths.ts';

export interface ListedModel {
  readonly name: string;
  readonly dir: string;
  /** Of the files that the manifest names. */
  readonly bytes: number;
  /** Undefined when the folder can't be used; `problem` says why. */
  readonly manifest?: Manifest;
  readonly problem?: string;
}

/** The models of a folder, by name. A folder that is not there holds none. */
export async function listModels(modelsDir: string): Promise<ListedModel[]> {
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries
    .filter((entry) => !entry.isFile() && MODEL_NAME.test(entry.name))
    .map(({ name }) => name);
  return Promise.all(names.sort().map((name) => describeModel(modelsDir, name)));
}

export async function describeModel(modelsDir: string, name: string): Promise<ListedModel> {
  const dir = join(modelsDir, name);
  try {
    const manifest = await loadManifest(dir);
    const sizes = namedFiles(manifest).map(async ([, { file }]) => (await stat(join(dir, file))).size);
    return { name, dir, manifest, bytes: (await Promise.all(sizes)).reduce((a, b) => a + b, 0) };
  } catch (error) {
    return { name, dir, bytes: 0, problem: (error as Error).message };
  }
}
