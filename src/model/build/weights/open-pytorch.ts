import { type FileHandle, open } from 'node:fs/promises';
import { ModelError } from '../../model-error.ts';
import { BYTES, isFloatType, toFloat32 } from './float-types.ts';
import { PickledTensor } from './pickle-values.ts';
import { readPickle } from './read-pickle.ts';
import { readRange } from './read-range.ts';
import { countElements, type TensorInfo, type TensorSource } from './tensor-source.ts';
import { contentOffset, readZipDirectory, type ZipEntry } from './zip-directory.ts';

const MAX_PICKLE_BYTES = 16 << 20;
const PICKLE_NAME = /^(.*\/)?data\.pkl$/;

/**
 * Opens a pytorch_model.bin as torch.save writes it since PyTorch 1.6: a zip archive with one pickle and a file per
 * storage. The pickle is read, never executed.
 * @throws ModelError when the file is something else, is damaged or asks for more than plain tensors.
 */
export async function openPytorch(path: string): Promise<TensorSource> {
  const file = await open(path).catch((cause) => {
    throw new ModelError(`${path} can't be read (${cause.code ?? cause.message})`, cause);
  });
  try {
    await refuseOldFormat(file, path);
    const entries = await readZipDirectory(file, path);
    const names = [...entries.keys()].filter((name) => PICKLE_NAME.test(name));
    const [pickleName] = names;
    if (pickleName === undefined || names.length > 1)
      throw new ModelError(`${path} holds ${names.length} data.pkl; it was not written by torch.save`);
    const root = pickleName.slice(0, -'data.pkl'.length);
    await requireLittleEndian(file, entries.get(`${root}byteorder`), path);
    const tensors = await readTensors(file, entries.get(pickleName) as ZipEntry, path);
    for (const [name, tensor] of tensors)
      check(name, tensor, entries.get(`${root}data/${tensor.storage.key}`));
    const infos = new Map<string, TensorInfo>(
      [...tensors].map(([name, { shape, storage }]) => [name, { shape, dtype: storage.dtype }]),
    );
    return {
      tensors: infos,
      async read(name) {
        const tensor = tensors.get(name);
        const entry = entries.get(`${root}data/${tensor?.storage.key}`);
        if (!tensor || !entry) throw new ModelError(`${path} has no tensor ${name}`);
        const { dtype } = tensor.storage;
        if (!isFloatType(dtype))
          throw new ModelError(`${name} is ${dtype}; weights must be ${Object.keys(BYTES).join(', ')}`);
        const start = (await contentOffset(file, entry, path)) + tensor.offset * BYTES[dtype];
        const bytes = await readRange(file, start, countElements(tensor.shape) * BYTES[dtype], path);
        return toFloat32(bytes, dtype, name);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function refuseOldFormat(file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat();
  if (size < 22) throw new ModelError(`${path} is cut short or no zip archive`);
  // A bare pickle of protocol 2.
  if ((await readRange(file, 0, 2, path)).readUInt16LE() === 0x0280)
    throw new ModelError(
      `${path} is in the format of PyTorch before 1.6; load it there and save it as safetensors`,
    );
}

async function requireLittleEndian(
  file: FileHandle,
  entry: ZipEntry | undefined,
  path: string,
): Promise<void> {
  if (!entry) return;
  const start = await contentOffset(file, entry, path);
  const order = (await readRange(file, start, Math.min(entry.size, 16), path)).toString('latin1');
  if (order !== 'little') throw new ModelError(`${path} was written on a big-endian machine`);
}

async function readTensors(
  file: FileHandle,
  entry: ZipEntry,
  path: string,
): Promise<Map<string, PickledTensor>> {
  if (entry.size > MAX_PICKLE_BYTES) throw new ModelError(`${path} is damaged: its pickle is too large`);
  const start = await contentOffset(file, entry, path);
  const value = readPickle(await readRange(file, start, entry.size, path));
  if (!(value instanceof Map)) throw new ModelError(`${path} holds no dict of tensors`);
  const tensors = new Map<string, PickledTensor>();
  for (const [name, tensor] of value)
    if (typeof name === 'string' && tensor instanceof PickledTensor) tensors.set(name, tensor);
  return tensors;
}

/** @throws ModelError unless the tensor lies row-major inside its storage. */
function check(
  name: string,
  { shape, strides, offset, storage }: PickledTensor,
  entry: ZipEntry | undefined,
): void {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && strides[axis] !== step) throw new ModelError(`${name} is not stored row by row`);
    step *= shape[axis] as number;
  }
  const size = isFloatType(storage.dtype) ? BYTES[storage.dtype] : 1;
  const end = offset + countElements(shape);
  if (!entry || end > storage.elements || end * size > entry.size)
    throw new ModelError(`${name} does not fit its storage ${storage.key}: the file is damaged`);
}
