import { type FileHandle, open, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { matchesDigest } from './check-digest.ts';
import type { RemoteFile } from './hub.ts';
import { cutSegments, type Segment } from './segments.ts';

/** Progress is written down this often: at most so much is fetched again after kill -9. */
const JOURNAL_EVERY_BYTES = 1 << 20;

export interface PartFile {
  readonly segments: readonly Segment[];
  /** Puts bytes behind what the segment has. */
  write(segment: Segment, bytes: Uint8Array): Promise<void>;
  /** Forgets everything that was fetched, and takes the file in one piece from now on. */
  restartWhole(): Promise<Segment>;
  /** Closes; what is there can be gone on with. */
  close(): Promise<void>;
  /** Whether the content is what the hub says. */
  matches(): Promise<boolean>;
  /** Flushes to the disk and gives the file its name. */
  finish(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/** Disk space that what was fetched of a file takes already. */
export async function heldBytes(path: string): Promise<number> {
  return stat(`${path}.part`).then(
    // Its size says nothing: segments are written wherever they belong.
    ({ blocks }) => blocks * 512,
    () => 0,
  );
}

/**
 * `path`.part and a journal of which segments reach how far. The journal is only appended to, and only after the bytes
 * were written, so it never claims more than a killed process had written; its torn last line is ignored.
 */
export async function openPartFile(path: string, file: RemoteFile, segmentBytes: number): Promise<PartFile> {
  const partPath = `${path}.part`;
  const journalPath = `${path}.part.journal`;
  const head = JSON.stringify({ bytes: file.bytes, digest: file.digest.hex, segmentBytes });
  let segments = cutSegments(file.bytes, segmentBytes);
  const resumed = await readJournal(journalPath, head, segments);
  const part = await open(partPath, resumed ? 'r+' : 'w');
  let journal = await open(journalPath, resumed ? 'a' : 'w');
  if (!resumed) await journal.appendFile(`${head}\n`);
  const unwritten = new Map<number, number>();

  const note = async (segment: Segment) => {
    unwritten.delete(segment.index);
    await journal.appendFile(`${segment.index} ${segment.done}\n`);
  };
  const closeBoth = () => Promise.all([part.close(), journal.close()]);

  return {
    get segments() {
      return segments;
    },
    async write(segment, bytes) {
      await writeAt(part, bytes, segment.start + segment.done);
      segment.done += bytes.byteLength;
      const pending = (unwritten.get(segment.index) ?? 0) + bytes.byteLength;
      unwritten.set(segment.index, pending);
      if (pending >= JOURNAL_EVERY_BYTES || segment.start + segment.done === segment.end) await note(segment);
    },
    async restartWhole() {
      segments = cutSegments(file.bytes, file.bytes || 1);
      await journal.close();
      journal = await open(journalPath, 'w');
      await journal.appendFile(`${JSON.stringify({ whole: true })}\n`);
      return segments[0] as Segment;
    },
    async close() {
      for (const segment of segments) if (unwritten.has(segment.index)) await note(segment);
      await closeBoth();
    },
    matches: () => matchesDigest(partPath, file.digest),
    async finish() {
      await part.sync();
      await closeBoth();
      await rename(partPath, path);
      await rm(journalPath);
    },
    async discard() {
      await closeBoth();
      await Promise.all([rm(partPath, { force: true }), rm(journalPath, { force: true })]);
    },
  };
}

/** Fills in `done`. @returns false when there is nothing to go on with. */
async function readJournal(path: string, head: string, segments: readonly Segment[]): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  if (lines[0] !== head) return false;
  // Later lines would be glued to a torn one.
  if (torn) await truncate(path, Buffer.byteLength(text) - Buffer.byteLength(torn));
  for (const line of lines.slice(1)) {
    const [index, done] = line.split(' ').map(Number);
    const segment = segments[index ?? -1];
    if (segment && Number.isInteger(done) && (done as number) <= segment.end - segment.start)
      segment.done = done as number;
  }
  return true;
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; )
    done += (await file.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
}
