import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Asked when its turn comes, so that one tensor at a time is in memory. */
  readonly values: () => Float32Array;
}

/** Writes F32 tensors → bytes of the file. */
export async function writeSafetensors(path: string, tensors: readonly Tensor[]): Promise<number> {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const { name, shape } of tensors) {
    const end = offset + 4 * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  const file = createWriteStream(path);
  const put = async (bytes: Uint8Array) => {
    if (!file.write(bytes)) await once(file, 'drain');
  };
  await put(Buffer.concat([size, text]));
  for (const { values } of tensors) {
    const { buffer, byteOffset, byteLength } = values();
    await put(new Uint8Array(buffer, byteOffset, byteLength));
  }
  file.end();
  await finished(file);
  return 8 + text.length + offset;
}
