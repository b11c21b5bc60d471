/** One field of a Protocol Buffers message as it stands in the bytes. */
export interface RawField {
  readonly field: number;
  readonly wire: number;
  readonly value: bigint | Buffer;
}

/** Decodes one level of a message: the tests' own reader, to check the writer by. */
export function readMessage(bytes: Buffer): RawField[] {
  const fields: RawField[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const value = wire === 0 ? varint() : take(wire === 5 ? 4 : Number(varint()));
    fields.push({ field: tag >> 3, wire, value });
  }
  return fields;
}

export function find(fields: readonly RawField[], field: number): RawField['value'][] {
  return fields.filter((f) => f.field === field).map((f) => f.value);
}

/** The nodes of a model file: operator and names. */
export function readNodes(model: Buffer): { op: string; inputs: string[]; output: string }[] {
  const [graph] = find(readMessage(model), 7);
  return find(readMessage(graph as Buffer), 1).map((node) => {
    const fields = readMessage(node as Buffer);
    const strings = (field: number) => find(fields, field).map(String);
    return { op: strings(4)[0] ?? '', inputs: strings(1), output: strings(2)[0] ?? '' };
  });
}

/** What a model file says about the tensors that stand outside of it. */
export function readExternal(model: Buffer): { name: string; offset: number; length: number }[] {
  const [graph] = find(readMessage(model), 7);
  return find(readMessage(graph as Buffer), 5).flatMap((initializer) => {
    const fields = readMessage(initializer as Buffer);
    const pairs = find(fields, 13).map((entry) => {
      const parts = readMessage(entry as Buffer);
      return [String(find(parts, 1)[0]), String(find(parts, 2)[0])] as const;
    });
    if (pairs.length === 0) return [];
    const { offset, length } = Object.fromEntries(pairs);
    return [{ name: String(find(fields, 8)[0]), offset: Number(offset), length: Number(length) }];
  });
}
