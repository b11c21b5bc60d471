import { ModelError } from '../../model-error.ts';

/** Float formats of weight files; little-endian, like the hosts this runs on. */
export type FloatType = 'F32' | 'F16' | 'BF16';

export const BYTES: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

export function isFloatType(dtype: string): dtype is FloatType {
  return Object.hasOwn(BYTES, dtype);
}

/**
 * @param bytes the values of one tensor; a Buffer that starts at an even address of its own memory.
 * @throws ModelError when a value is NaN or infinite, as no trained weight is.
 */
export function toFloat32(bytes: Buffer<ArrayBuffer>, dtype: FloatType, name: string) {
  const floats = decoders[dtype](bytes);
  for (let i = 0; i < floats.length; i += 1)
    if (!Number.isFinite(floats[i])) throw new ModelError(`the tensor ${name} holds NaN or infinity`);
  return floats;
}

const decoders: Record<FloatType, (bytes: Buffer<ArrayBuffer>) => Float32Array<ArrayBuffer>> = {
  F32: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
  BF16: (bytes) => {
    const words = new Uint32Array(bytes.byteLength / 2);
    halves(bytes).forEach((half, i) => {
      words[i] = half << 16;
    });
    return new Float32Array(words.buffer);
  },
  F16: (bytes) => {
    const table = halfTable();
    const floats = new Float32Array(bytes.byteLength / 2);
    halves(bytes).forEach((half, i) => {
      floats[i] = table[half] as number;
    });
    return floats;
  },
};

function halves(bytes: Buffer<ArrayBuffer>): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

let cached: Float32Array | undefined;

/** Every IEEE 754 half-precision value, by its bits. */
function halfTable(): Float32Array {
  cached ??= Float32Array.from({ length: 65536 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
  return cached;
}
