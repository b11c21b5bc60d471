import { setTimeout as wait } from 'node:timers/promises';
import { ModelError } from '../model-error.ts';
import { connectionBroke, networkFailure } from './explain-network.ts';
import type { HttpClient } from './http-client.ts';
import type { Hub, Listing } from './hub.ts';
import { RETRIED_STATUS, retryAfterMs } from './retry.ts';

const ATTEMPTS = 4;
const MAX_LISTING_BYTES = 32 << 20;

export interface ListRequest {
  readonly http: HttpClient;
  readonly hub: Hub;
  readonly id: string;
  readonly revision: string;
  readonly signal: AbortSignal;
  /** Waited after the first failure, doubled after each, unless the hub says how long. */
  readonly retryMs: number;
}

/** Asks a hub which files a model has; a busy hub or a broken connection is tried again. @throws ModelError */
export async function listRepository(request: ListRequest): Promise<Listing> {
  const { hub, signal, retryMs } = request;
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === ATTEMPTS;
    try {
      const answer = await listOnce(request, last);
      if ('files' in answer) return answer;
      await wait(answer.waitMs ?? retryMs * 2 ** attempt, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      const reason = networkFailure(error);
      if (reason === undefined) throw error;
      if (last || !connectionBroke(error))
        throw new ModelError(
          `${hub.name} can't be reached: ${reason}; a mirror (HF_ENDPOINT), modelscope:org/name, a proxy (HTTPS_PROXY) or a local folder may help`,
          error,
        );
      await wait(retryMs * 2 ** attempt, undefined, { signal });
    }
  }
}

async function listOnce(
  { http, hub, id, revision, signal }: ListRequest,
  last: boolean,
): Promise<Listing | { readonly waitMs: number | undefined }> {
  const { origin, credentials } = hub;
  const { status, headers, body } = await http.get(hub.listUrl(id, revision), {
    origin,
    credentials,
    signal,
  });
  if (status === 200) return hub.readListing(await readJson(body, hub), id, revision);
  await body.dump();
  if (RETRIED_STATUS.has(status) && !last) return { waitMs: retryAfterMs(headers) };
  throw new ModelError(hub.explain({ id, status, headers, hasToken: Object.keys(credentials).length > 0 }));
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
