import { writeFile } from 'node:fs/promises';

export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

/** Encodes a safetensors file; `change` may spoil the header before it is written. */
export function encodeSafetensors(
  tensors: Record<string, RawTensor>,
  change: (
    header: Record<string, { data_offsets: number[]; shape: number[]; dtype: string }>,
  ) => void = () => {},
): Buffer {
  let offset = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
      const data_offsets = [offset, offset + bytes.length];
      offset += bytes.length;
      return [name, { dtype, shape: [...shape], data_offsets }];
    }),
  );
  change(header);
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, ...Object.values(tensors).map((t) => t.bytes)]);
}

export const f32 = (shape: number[], values: number[]): RawTensor => ({
  dtype: 'F32',
  shape,
  bytes: Buffer.from(Float32Array.from(values).buffer),
});

export async function writeSafetensors(path: string, tensors: Record<string, RawTensor>): Promise<void> {
  await writeFile(path, encodeSafetensors(tensors));
}
