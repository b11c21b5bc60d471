import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** One buffer for the whole file: a stream's chunks of a large one pile up until garbage is collected, in every worker. */
const BUFFER_BYTES = 256 * 1024;

/**
 * Hash of a file in lower-case hexadecimal.
 * @param hash what it goes into, SHA-256 unless told; of what is in it already the file is the rest
 */
export async function hashFile(path: string, hash = createHash('sha256')): Promise<string> {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, BUFFER_BYTES, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
