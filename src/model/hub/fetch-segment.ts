import { setTimeout as wait } from 'node:timers/promises';
import { ModelError } from '../model-error.ts';
import { networkFailure } from './explain-network.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import type { Hub, RemoteFile } from './hub.ts';
import type { PartFile } from './part-file.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { RETRIED_STATUS, retryAfterMs } from './retry.ts';
import type { Segment } from './segments.ts';

export interface Transfer {
  readonly http: HttpClient;
  readonly hub: Hub;
  readonly id: string;
  readonly signal: AbortSignal;
  /** Waited after the first failure in a row; doubled after each. */
  readonly retryMs: number;
  readonly meter: ProgressMeter;
}

const ATTEMPTS = 6;

/** Worth another attempt. */
class Interrupted extends Error {
  /** Where the server said how long to wait. */
  readonly waitMs: number | undefined;
  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

/**
 * Fetches the rest of a segment; goes on where it was after a broken connection.
 * @returns 'whole' when the server ignores Range: the file must then be taken in one piece.
 * @throws ModelError when attempts run out without progress, or at once when trying again is no use.
 */
export async function fetchSegment(
  transfer: Transfer,
  file: RemoteFile,
  part: PartFile,
  segment: Segment,
): Promise<'done' | 'whole'> {
  for (let attempt = 1; ; attempt += 1) {
    const before = segment.done;
    try {
      return await attemptSegment(transfer, file, part, segment);
    } catch (error) {
      transfer.signal.throwIfAborted();
      const reason = error instanceof Interrupted ? error.message : networkFailure(error);
      if (reason === undefined) throw error;
      if (segment.done > before) attempt = 0;
      if (attempt >= ATTEMPTS)
        throw new ModelError(
          `${file.path} could not be fetched from ${new URL(file.url).host}: ${reason}; what is there is kept, run the command again to go on`,
          error,
        );
      const asked = error instanceof Interrupted ? error.waitMs : undefined;
      await wait(asked ?? transfer.retryMs * 2 ** attempt, undefined, { signal: transfer.signal });
    }
  }
}

async function attemptSegment(
  transfer: Transfer,
  file: RemoteFile,
  part: PartFile,
  segment: Segment,
): Promise<'done' | 'whole'> {
  const { http, hub, signal } = transfer;
  const from = segment.start + segment.done;
  const answer = await http.get(file.url, {
    origin: hub.origin,
    credentials: hub.credentials,
    headers: { range: `bytes=${from}-${segment.end - 1}` },
    signal,
  });
  const { status, headers, body } = answer;
  if (status !== 206 && status !== 200) {
    await body.dump();
    if (RETRIED_STATUS.has(status)) throw new Interrupted(`it answers ${status}`, retryAfterMs(headers));
    const hasToken = Object.keys(hub.credentials).length > 0;
    throw new ModelError(
      hub.explain({ id: transfer.id, status, headers: { ...headers, ...answer.firstHeaders }, hasToken }),
    );
  }
  requireSameFile(answer, file);
  if (status === 200 && (from > 0 || segment.end < file.bytes)) {
    await body.dump();
    return 'whole';
  }
  if (status === 206 && !String(headers['content-range']).startsWith(`bytes ${from}-`)) {
    await body.dump();
    throw new ModelError(`${new URL(file.url).host} sends another part of ${file.path} than asked for`);
  }
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (segment.start + segment.done + chunk.length > segment.end)
      throw new ModelError(`${file.path} is longer than ${hub.name} says (${file.bytes} bytes)`);
    await part.write(segment, chunk);
    transfer.meter.add(chunk.length);
  }
  if (segment.start + segment.done < segment.end) throw new Interrupted('the connection broke');
  return 'done';
}

/** The hub names the content it redirects to; an old mirror may name another than its own listing. */
function requireSameFile({ linkedTag, firstHeaders }: HttpAnswer, file: RemoteFile): void {
  const tag = String(linkedTag ?? firstHeaders.etag ?? '').replace(/^W\/|"/g, '');
  const ofKind = file.digest.kind === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/;
  if (ofKind.test(tag) && tag !== file.digest.hex)
    throw new ModelError(
      `${new URL(file.url).host} gives another version of ${file.path} than it lists; try again later or use another mirror`,
    );
}
