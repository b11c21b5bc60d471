import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FreeBytes, requireSpace } from '../build/require-space.ts';
import { ModelError } from '../model-error.ts';
import { chooseFiles } from './choose-files.ts';
import { downloadFiles, presentFiles } from './download-files.ts';
import { networkFailure } from './explain-network.ts';
import { createHttpClient, type HttpClient, type Proxies } from './http-client.ts';
import type { Hub, Listing } from './hub.ts';
import { createHuggingFace } from './hugging-face.ts';
import { createModelScope } from './model-scope.ts';
import type { Source } from './parse-source.ts';
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
}

export interface Fetched {
  /** The files, in the repository's own layout. */
  readonly dir: string;
  readonly id: string;
  readonly revision: string;
  readonly bytes: number;
}

const CONNECTIONS = 4;
const SEGMENT_BYTES = 32 << 20;
const RETRY_MS = 500;
const MAX_LISTING_BYTES = 32 << 20;

/** Lists a repository, chooses what a conversion needs, and downloads it. @throws ModelError */
export async function fetchModel(options: FetchOptions): Promise<Fetched> {
  const { source, settings, signal } = options;
  const hub = openHub(source.kind, settings);
  const http = createHttpClient(settings.proxies ?? {});
  try {
    const wanted = source.revision ?? (source.kind === 'hugging-face' ? 'main' : 'master');
    const { revision, files: all } = await list(http, hub, source.id, wanted, signal);
    const files = chooseFiles(all, source.id);
    const dir = join(options.downloads, folderName(hub, source.id, revision));
    await mkdir(dir, { recursive: true });
    const present = await presentFiles(dir, files);
    const missing = files.filter((file) => !present.has(file));
    const size = (list: readonly { bytes: number }[]) => list.reduce((sum, { bytes }) => sum + bytes, 0);
    await requireSpace(dir, size(missing), `fetching ${source.id}`, options.free);
    const meter = createProgressMeter(size(files), options.onProgress ?? (() => undefined));
    meter.resume(size([...present]));
    const transfer = { http, hub, id: source.id, signal, meter, retryMs: options.retryMs ?? RETRY_MS };
    await downloadFiles(dir, missing, transfer, {
      connections: options.connections ?? CONNECTIONS,
      segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    });
    return { dir, id: source.id, revision, bytes: size(files) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new ModelError(
        `the disk is full: ${options.downloads} takes no more; what is there is kept`,
        error,
      );
    throw error;
  } finally {
    await http.close();
  }
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

async function list(
  http: HttpClient,
  hub: Hub,
  id: string,
  revision: string,
  signal: AbortSignal,
): Promise<Listing> {
  const { origin, credentials } = hub;
  try {
    const answer = await http.get(hub.listUrl(id, revision), { origin, credentials, signal });
    const { status, headers, body } = answer;
    if (status !== 200) {
      await body.dump();
      const hasToken = Object.keys(credentials).length > 0;
      throw new ModelError(hub.explain({ id, status, headers, hasToken }));
    }
    return hub.readListing(await readJson(body, hub), id, revision);
  } catch (error) {
    const reason = networkFailure(error);
    if (reason === undefined) throw error;
    throw new ModelError(
      `${hub.name} can't be reached: ${reason}; a mirror (HF_ENDPOINT), modelscope:org/name, a proxy (HTTPS_PROXY) or a local folder may help`,
      error,
    );
  }
}

async function readJson(body: AsyncIterable<Buffer>, hub: Hub): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_LISTING_BYTES) throw new ModelError(`${hub.name} answers with an endless list of files`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new ModelError(
      `${hub.name} does not answer in JSON: is it a hub, or a login page of the network?`,
      cause,
    );
  }
}

/** One folder for each state of a repository, readable, unique by its hash. */
function folderName(hub: Hub, id: string, revision: string): string {
  const key = createHash('sha256').update(`${hub.origin} ${id} ${revision}`).digest('hex').slice(0, 12);
  return `${id.replace('/', '--')}-${key}`;
}
