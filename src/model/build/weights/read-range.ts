import type { FileHandle } from 'node:fs/promises';
import { ModelError } from '../../model-error.ts';

const CHUNK_BYTES = 8 << 20;

/**
 * Reads exactly `length` bytes from `position` into memory of their own.
 * @throws ModelError when the file ends before that.
 */
export async function readRange(
  file: FileHandle,
  position: number,
  length: number,
  path: string,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length; ) {
    const wanted = Math.min(CHUNK_BYTES, length - done);
    const { bytesRead } = await file.read(bytes, done, wanted, position + done);
    if (bytesRead === 0) throw new ModelError(`${path} is cut short: it ends at byte ${position + done}`);
    done += bytesRead;
  }
  return bytes;
}
