import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelError } from '../model-error.ts';
import { matchesDigest } from './check-digest.ts';
import { fetchSegment, type Transfer } from './fetch-segment.ts';
import type { RemoteFile } from './hub.ts';
import { createLimit } from './limit.ts';
import { openPartFile, type PartFile } from './part-file.ts';

export interface DownloadOptions {
  /** Requests at a time. */
  readonly connections: number;
  readonly segmentBytes: number;
}

/** The files that are complete: a file gets its name only after it was checked, and is checked again here. */
export async function presentFiles(dir: string, files: readonly RemoteFile[]): Promise<Set<RemoteFile>> {
  const present = new Set<RemoteFile>();
  for (const file of files) {
    const path = join(dir, file.path);
    const size = await stat(path).then(
      (found) => found.size,
      () => -1,
    );
    if (size === file.bytes && (await matchesDigest(path, file.digest))) present.add(file);
  }
  return present;
}

/**
 * Fetches files into a folder, several segments at a time, and checks each before it gets its name. Stopped or killed at
 * any moment, the next call goes on where this one was.
 * @throws ModelError
 */
export async function downloadFiles(
  dir: string,
  files: readonly RemoteFile[],
  transfer: Transfer,
  { connections, segmentBytes }: DownloadOptions,
): Promise<void> {
  const limit = createLimit(connections);
  const stop = new AbortController();
  const run = { ...transfer, signal: AbortSignal.any([transfer.signal, stop.signal]) };
  const jobs = files.map((file) =>
    downloadFile(dir, file, run, { limit, segmentBytes }).catch((error: unknown) => {
      // The first failure stops the others; each closes its part so that it can be gone on with.
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(jobs);
  if (stop.signal.aborted) throw stop.signal.reason;
  transfer.meter.finish();
}

interface FileOptions {
  readonly limit: ReturnType<typeof createLimit>;
  readonly segmentBytes: number;
}

async function downloadFile(
  dir: string,
  file: RemoteFile,
  run: Transfer,
  { limit, segmentBytes }: FileOptions,
): Promise<void> {
  const path = join(dir, file.path);
  await mkdir(dirname(path), { recursive: true });
  for (const again of [true, false]) {
    const part = await openPartFile(path, file, segmentBytes);
    run.meter.resume(part.segments.reduce((sum, { done }) => sum + done, 0));
    try {
      await fillPart(file, part, run, limit);
    } catch (error) {
      await part.close();
      throw error;
    }
    if (await part.matches()) return part.finish();
    await part.discard();
    run.meter.resume(-file.bytes);
    if (!again)
      throw new ModelError(
        `${file.path} from ${run.hub.name} does not have the ${file.digest.kind} that ${run.hub.name} lists, twice: not used`,
      );
  }
}

/** @throws ModelError */
async function fillPart(
  file: RemoteFile,
  part: PartFile,
  run: Transfer,
  limit: FileOptions['limit'],
): Promise<void> {
  const [first, ...others] = part.segments.filter(({ start, end, done }) => start + done < end);
  if (!first) return;
  // One alone, to learn whether the server gives parts of files.
  let outcome = await limit(() => fetchSegment(run, file, part, first));
  for (let tries = 0; outcome === 'whole'; tries += 1) {
    if (tries === 3)
      throw new ModelError(
        `${file.path}: the connection breaks, and ${new URL(file.url).host} can't go on in the middle`,
      );
    run.meter.resume(-part.segments.reduce((sum, { done }) => sum + done, 0));
    const whole = await part.restartWhole();
    outcome = await limit(() => fetchSegment(run, file, part, whole));
    if (outcome === 'done') return;
  }
  const outcomes = await Promise.all(
    others.map((segment) => limit(() => fetchSegment(run, file, part, segment))),
  );
  if (outcomes.includes('whole'))
    throw new ModelError(`${new URL(file.url).host} gives ${file.path} sometimes in parts and sometimes not`);
}
