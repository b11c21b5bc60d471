import { rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { type ConvertedModel, convertModel, requiredBytes } from './build/convert-model.ts';
import type { Pooling } from './build/pooling.ts';
import type { BuildProgress } from './build/progress.ts';
import type { FreeBytes } from './build/require-space.ts';
import { readSourceModel } from './build/source-model.ts';
import { trialRows } from './build/trial.ts';
import { type Fetched, fetchModel, type HubSettings } from './hub/fetch-model.ts';
import { parseSource, type Source } from './hub/parse-source.ts';
import type { TransferProgress } from './hub/progress-meter.ts';
import { ModelError } from './model-error.ts';
import { holdName } from './models-folder/hold-name.ts';
import { MODEL_NAME, modelPaths } from './models-folder/model-paths.ts';

export interface AddOptions {
  /** As parseSource reads it. */
  readonly source: string;
  /** Folder of all models. */
  readonly modelsDir: string;
  /** By default the last part of the source, with -int8 behind it for int8. */
  readonly name?: string | undefined;
  readonly int8: boolean;
  readonly pooling?: Pooling | undefined;
  /** Replace a model of that name. */
  readonly replace?: boolean | undefined;
  /** Leave the downloaded files where they are, for another conversion. */
  readonly keepDownload?: boolean | undefined;
  readonly settings: HubSettings;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: TransferProgress | BuildProgress) => void) | undefined;
  readonly free?: FreeBytes | undefined;
}

export interface AddedModel extends ConvertedModel {
  readonly name: string;
  readonly dir: string;
  /** Zero for a folder. */
  readonly fetchedBytes: number;
}

/**
 * Brings a model from a hub or a folder: fetches, checks, converts, tries, and makes it visible whole.
 * @throws ModelError; what was fetched is kept and gone on with by the next call.
 */
export async function addModel(options: AddOptions): Promise<AddedModel> {
  const source = parseSource(options.source);
  const name = nameFor(source, options);
  if (!MODEL_NAME.test(name))
    throw new ModelError(`"${name}" can't name a model: use letters, digits, - _ and . (--name)`);
  const paths = modelPaths(options.modelsDir, name);
  const release = await holdName(paths, options.replace ?? false);
  let fetched: Obtained | undefined;
  try {
    fetched = await obtain(source, paths.downloads, options);
    const converted = await convertModel({
      source: await readSourceModel(fetched.dir, { id: fetched.id, option: options.pooling }),
      origin: fetched,
      name,
      int8: options.int8,
      staging: paths.staging,
      target: paths.dir,
      replaced: paths.replaced,
      onProgress: options.onProgress,
      signal: options.signal,
      ...(options.free && { free: options.free }),
    });
    if (fetched.bytes > 0 && !options.keepDownload) await rm(fetched.dir, { recursive: true });
    return { ...converted, name, dir: paths.dir, fetchedBytes: fetched.bytes };
  } finally {
    await fetched?.release();
    await release();
  }
}

/** What a model from this source will be called. */
export function nameFor(source: Source, { name, int8 }: Pick<AddOptions, 'name' | 'int8'>): string {
  if (name !== undefined) return name;
  const last = source.kind === 'folder' ? basename(expand(source.dir)) : (source.id.split('/')[1] as string);
  return int8 ? `${last}-int8` : last;
}

interface Obtained extends Omit<Fetched, 'revision'> {
  readonly revision: string | undefined;
}

async function obtain(source: Source, downloads: string, options: AddOptions): Promise<Obtained> {
  if (source.kind === 'folder') {
    const dir = expand(source.dir);
    if (!(await stat(dir).catch(() => undefined))?.isDirectory())
      throw new ModelError(`there is no folder ${dir}`);
    return { dir, id: basename(dir), revision: undefined, bytes: 0, release: async () => undefined };
  }
  const { settings, signal, onProgress, free } = options;
  const beforeWeights = async (dir: string, kind: 'weights' | 'onnx') => {
    const request = { id: source.id, option: options.pooling };
    const model = await readSourceModel(dir, request, kind);
    await trialRows(model.tokenizer, false);
    return requiredBytes(model, options.int8);
  };
  return fetchModel({ source, downloads, settings, signal, onProgress, free, beforeWeights });
}

const expand = (dir: string) => resolve(dir.replace(/^~(?=\/|$)/, homedir()));
