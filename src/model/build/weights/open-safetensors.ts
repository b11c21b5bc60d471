import { open } from 'node:fs/promises';
import { ModelError } from '../../model-error.ts';
import { BYTES, isFloatType, toFloat32 } from './float-types.ts';
import { readRange } from './read-range.ts';
import { MAX_HEADER_BYTES, parseSafetensorsHeader } from './safetensors-header.ts';
import type { TensorSource } from './tensor-source.ts';

/**
 * Opens one .safetensors file.
 * @throws ModelError when its size, header or offsets don't fit together.
 */
export async function openSafetensors(path: string): Promise<TensorSource> {
  const file = await open(path).catch((cause) => {
    throw new ModelError(`${path} can't be read (${cause.code ?? cause.message})`, cause);
  });
  try {
    const { size } = await file.stat();
    if (size < 8) throw new ModelError(`${path} is damaged: it has ${size} bytes`);
    const headerBytes = Number((await readRange(file, 0, 8, path)).readBigUInt64LE());
    if (headerBytes > MAX_HEADER_BYTES || headerBytes > size - 8)
      throw new ModelError(
        `${path} is damaged or no safetensors file: its header claims ${headerBytes} bytes`,
      );
    const dataStart = 8 + headerBytes;
    const header = (await readRange(file, 8, headerBytes, path)).toString('utf8');
    const tensors = parseSafetensorsHeader(header, size - dataStart, path);
    return {
      tensors,
      async read(name) {
        const entry = tensors.get(name);
        if (!entry) throw new ModelError(`${path} has no tensor ${name}`);
        if (!isFloatType(entry.dtype))
          throw new ModelError(`${name} is ${entry.dtype}; weights must be ${Object.keys(BYTES).join(', ')}`);
        const bytes = await readRange(file, dataStart + entry.begin, entry.end - entry.begin, path);
        return toFloat32(bytes, entry.dtype, name);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
