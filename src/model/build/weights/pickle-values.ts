import { ModelError } from '../../model-error.ts';

/** What a weight file's pickle may build: nothing of it can run. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Tuple
  | Global
  | StorageRef
  | PickledTensor;

export class Tuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** A name that the reader knows; it stands for what `callGlobal` does, never for code of the file. */
export class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A file of raw values in the archive: data/`key`. */
export class StorageRef {
  readonly dtype: string;
  readonly key: string;
  readonly elements: number;
  constructor(dtype: string, key: string, elements: number) {
    this.dtype = dtype;
    this.key = key;
    this.elements = elements;
  }
}

export class PickledTensor {
  readonly storage: StorageRef;
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: StorageRef, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** Storage classes of PyTorch, by the type names that safetensors uses. */
const STORAGES: Readonly<Record<string, string>> = {
  'torch FloatStorage': 'F32',
  'torch HalfStorage': 'F16',
  'torch BFloat16Storage': 'BF16',
  'torch DoubleStorage': 'F64',
  'torch LongStorage': 'I64',
  'torch IntStorage': 'I32',
  'torch ShortStorage': 'I16',
  'torch CharStorage': 'I8',
  'torch ByteStorage': 'U8',
  'torch BoolStorage': 'BOOL',
};

const ORDERED_DICT = 'collections OrderedDict';
const REBUILD_TENSOR = 'torch._utils _rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils _rebuild_parameter';

/** @throws ModelError for every name that plain tensors don't need. */
export function findGlobal(module: string, name: string): Global {
  const full = `${module} ${name}`;
  if (![ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER].includes(full) && !Object.hasOwn(STORAGES, full))
    throw new ModelError(`the pickle asks for ${module}.${name}, which plain weights don't need: refused`);
  return new Global(full);
}

/** What REDUCE means for the known names. */
export function callGlobal(callee: PickleValue, args: PickleValue): PickleValue {
  if (!(callee instanceof Global) || !(args instanceof Tuple)) throw malformed('calls something unknown');
  if (callee.name === ORDERED_DICT && args.items.length === 0) return new Map();
  if (callee.name === REBUILD_TENSOR) return rebuildTensor(args.items);
  if (callee.name === REBUILD_PARAMETER && args.items[0] instanceof PickledTensor) return args.items[0];
  throw malformed(`calls ${callee.name} wrongly`);
}

/** What BINPERSID means: ('storage', class, key, location, elements). */
export function findStorage(id: PickleValue): StorageRef {
  const [kind, type, key, , elements] = id instanceof Tuple ? id.items : [];
  const dtype = type instanceof Global ? STORAGES[type.name] : undefined;
  if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(elements))
    throw malformed('refers to an unknown kind of storage');
  if (!/^\w+$/.test(key)) throw malformed(`names the storage "${key}"`);
  return new StorageRef(dtype, key, elements);
}

function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): PickledTensor {
  if (!(storage instanceof StorageRef) || !isCount(offset)) throw malformed('builds a tensor wrongly');
  return new PickledTensor(storage, offset, counts(shape), counts(strides));
}

function counts(value: PickleValue | undefined): number[] {
  if (!(value instanceof Tuple) || !value.items.every(isCount))
    throw malformed('gives a tensor a wrong shape');
  return [...value.items] as number[];
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function malformed(what: string): ModelError {
  return new ModelError(`the pickle ${what}: refused`);
}
