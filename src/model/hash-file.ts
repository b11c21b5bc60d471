import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** One buffer for the whole file: a stream's chunks of a large one pile up until garbage is collected, in every worker. */
const BUFFER_BYTES = 256 * 1024;

/** SHA-256 in lower-case hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
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
