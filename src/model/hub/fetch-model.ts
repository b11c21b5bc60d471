import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FreeBytes, requireSpace } from '../build/require-space.ts';
import { ModelError } from '../model-error.ts';
import { tryLock } from '../process-lock.ts';
import { type ChosenFiles, chooseFiles } from './choose-files.ts';
import { downloadFiles, presentFiles } from './download-files.ts';
import type { Transfer } from './fetch-segment.ts';
import { createHttpClient, type Proxies } from './http-client.ts';
import type { Hub, RemoteFile } from './hub.ts';
import { createHuggingFace } from './hugging-face.ts';
import { listRepository } from './list-repository.ts';
import { createModelScope } from './model-scope.ts';
import type { Source } from './parse-source.ts';
import { heldBytes } from './part-file.ts';
import { createProgressMeter, type TransferProgress } from './progress-meter.ts';

/** Settings of the way to the hubs; each as the environment variable of that name holds it. */
export interface HubSettings {
  /** HF_ENDPOINT, HF_TOKEN */
  readonly huggingFace?: { readonly endpoint?: string | undefined; readonly token?: string | undefined };
  /** MODELSCOPE_ENDPOINT, MODELSCOPE_API_TOKEN */
  readonly modelScope?: { readonly endpoint?: string | undefined; readonly token?: string | undefined };
  readonly proxies?: Proxies;
}

export interface FetchOptions {
  readonly source: Exclude<Source, { kind: 'folder' }>;
  /** Folder of all downloads; each model has its own inside, which is gone on with after an interruption. */
  readonly downloads: string;
  readonly settings: HubSettings;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  readonly free?: FreeBytes | undefined;
  /** Requests at a time. */
  readonly connections?: number | undefined;
  readonly segmentBytes?: number | undefined;
  readonly retryMs?: number | undefined;
  /**
   * Looks at the small files before the weights are fetched; throws when they are no use.
   * @returns the disk space that will be needed besides.
   */
  readonly beforeWeights?: ((dir: string, kind: ChosenFiles['kind']) => Promise<number>) | undefined;
}

export interface Fetched {
  /** The files, in the repository's own layout. */
  readonly dir: string;
  readonly id: string;
  readonly revision: string;
  readonly bytes: number;
  /** The files are this process's own until it calls this. */
  readonly release: () => Promise<void>;
}

const CONNECTIONS = 4;
const SEGMENT_BYTES = 32 << 20;
const RETRY_MS = 500;

/**
 * Lists a repository, chooses what a conversion needs, and downloads it: the small files first, so that a model that can't be
 * used costs no weights.
 * @throws ModelError
 */
export async function fetchModel(options: FetchOptions): Promise<Fetched> {
  const { source, downloads, settings, signal, retryMs = RETRY_MS } = options;
  const hub = openHub(source.kind, settings);
  const http = createHttpClient(settings.proxies ?? {});
  try {
    const wanted = source.revision ?? (source.kind === 'hugging-face' ? 'main' : 'master');
    const listing = await listRepository({ http, hub, id: source.id, revision: wanted, signal, retryMs });
    const chosen = chooseFiles(listing.files, source.id, hub.name);
    const dir = join(downloads, folderName(hub, source.id, listing.revision));
    await mkdir(dir, { recursive: true });
    const release = await holdDownload(dir, source.id);
    try {
      await fetchFiles(dir, chosen, { http, hub, id: source.id, signal, retryMs }, options);
    } catch (error) {
      await release();
      throw error;
    }
    const bytes = sizeOf([...chosen.beside, ...chosen.weights]);
    return { dir, id: source.id, revision: listing.revision, bytes, release };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new ModelError(`the disk is full: ${downloads} takes no more; what is there is kept`, error);
    throw error;
  } finally {
    await http.close();
  }
}

async function fetchFiles(
  dir: string,
  { kind, beside, weights }: ChosenFiles,
  way: Omit<Transfer, 'meter'>,
  options: FetchOptions,
): Promise<void> {
  const { free, beforeWeights, onProgress = () => undefined } = options;
  const limits = {
    connections: options.connections ?? CONNECTIONS,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
  };
  const files = [...beside, ...weights];
  const present = await presentFiles(dir, files);
  const isMissing = (file: RemoteFile) => !present.has(file);
  const meter = createProgressMeter(sizeOf(files), onProgress);
  meter.resume(sizeOf([...present]));
  const transfer = { ...way, meter };
  await requireSpace(dir, await spaceFor(dir, files.filter(isMissing)), `fetching ${way.id}`, free);
  await downloadFiles(dir, beside.filter(isMissing), transfer, limits);
  const building = (await beforeWeights?.(dir, kind)) ?? 0;
  const missing = weights.filter(isMissing);
  const needed = building + (await spaceFor(dir, missing));
  await requireSpace(dir, needed, `fetching and building ${way.id}`, free);
  await downloadFiles(dir, missing, transfer, limits);
}

const sizeOf = (files: readonly { readonly bytes: number }[]) =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

/** What files still take on disk; those that an earlier run began have some of it. */
async function spaceFor(dir: string, files: readonly RemoteFile[]): Promise<number> {
  const left = files.map(async ({ path, bytes }) => Math.max(0, bytes - (await heldBytes(join(dir, path)))));
  return (await Promise.all(left)).reduce((sum, bytes) => sum + bytes, 0);
}

/** Nobody else writes into a download, or removes it, while it is fetched and built from. @throws ModelError */
async function holdDownload(dir: string, id: string): Promise<() => Promise<void>> {
  const attempt = await tryLock(`${dir}.lock`);
  if (attempt.release) return attempt.release;
  throw new ModelError(
    `process ${attempt.holder.pid} is adding ${id} already: run this again when it is done`,
  );
}

function openHub(kind: 'hugging-face' | 'modelscope', { huggingFace, modelScope }: HubSettings): Hub {
  try {
    return kind === 'hugging-face'
      ? createHuggingFace(huggingFace?.endpoint, huggingFace?.token)
      : createModelScope(modelScope?.endpoint, modelScope?.token);
  } catch (cause) {
    const variable = kind === 'hugging-face' ? 'HF_ENDPOINT' : 'MODELSCOPE_ENDPOINT';
    throw new ModelError(`${variable} is no address: ${(cause as Error).message}`, cause);
  }
}

/** One folder for each state of a repository, readable, unique by its hash. */
function folderName(hub: Hub, id: string, revision: string): string {
  const key = createHash('sha256').update(`${hub.origin} ${id} ${revision}`).digest('hex').slice(0, 12);
  return `${id.replace('/', '--')}-${key}`;
}
