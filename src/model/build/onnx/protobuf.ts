// Protocol Buffers' wire format, writing only: ONNX needs varints, length-delimited fields and 32-bit floats.
// https://protobuf.dev/programming-guides/encoding/

/** An encoded field, or several in a row. */
export type Encoded = Buffer;

function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`no unsigned varint: ${value}`);
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Negative integers take ten bytes: two's complement of 64 bits. */
function signedVarint(value: number): Buffer {
  if (value >= 0) return varint(value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const tag = (field: number, wireType: 0 | 2 | 5) => varint(field * 8 + wireType);

export function intField(field: number, value: number): Encoded {
  return Buffer.concat([tag(field, 0), signedVarint(value)]);
}

export function floatField(field: number, value: number): Encoded {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), bytes]);
}

export function bytesField(field: number, value: Uint8Array | string): Encoded {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([tag(field, 2), varint(bytes.byteLength), bytes]);
}

/** Repeated integers, packed. */
export function packedField(field: number, values: readonly number[]): Encoded {
  return bytesField(field, Buffer.concat(values.map(signedVarint)));
}

/** A message inside a message. */
export function messageField(field: number, parts: readonly Encoded[]): Encoded {
  return bytesField(field, Buffer.concat(parts));
}
