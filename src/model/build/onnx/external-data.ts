import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ExternalPlace } from './messages.ts';

/** A page: where onnxruntime can map a tensor without copying it. */
const ALIGNMENT_BYTES = 4096;
const CHUNK_BYTES = 8 << 20;

export interface ExternalData {
  append(bytes: Uint8Array): Promise<ExternalPlace>;
  /** Flushes to the disk and closes → SHA-256 in hexadecimal and the size of the file. */
  finish(): Promise<{ sha256: string; bytes: number }>;
  /** Closes without finishing. */
  abort(): Promise<void>;
}

/** The file of weights beside a graph; written tensor by tensor, hashed on the way. */
export async function createExternalData(path: string): Promise<ExternalData> {
  const file = await open(path, 'wx');
  const hash = createHash('sha256');
  let written = 0;

  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES);
      hash.update(chunk);
      for (let done = 0; done < chunk.byteLength; )
        done += (await file.write(chunk, done, chunk.byteLength - done)).bytesWritten;
    }
    written += bytes.byteLength;
  };

  return {
    async append(bytes) {
      await write(new Uint8Array((ALIGNMENT_BYTES - (written % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES));
      const offset = written;
      await write(bytes);
      return { file: basename(path), offset, length: bytes.byteLength };
    },
    async finish() {
      await file.sync();
      await file.close();
      return { sha256: hash.digest('hex'), bytes: written };
    },
    abort: () => file.close(),
  };
}
