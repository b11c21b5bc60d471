import {
  callGlobal,
  findGlobal,
  findStorage,
  Global,
  malformed,
  type PickleValue,
  Tuple,
} from './pickle-values.ts';

const MARK = Symbol('mark');
type Item = PickleValue | typeof MARK;

/** BERT-large takes about 15,000; the bound keeps a crafted file from filling the memory. */
const MAX_STEPS = 1_000_000;

/**
 * Reads a pickle of plain tensors. Only the opcodes that torch.save writes for a dict of tensors are known, and only the
 * names in pickle-values; anything else is refused, so nothing in the file is ever executed.
 * @see https://github.com/python/cpython/blob/3.12/Lib/pickletools.py (opcodes)
 * @throws ModelError
 */
export function readPickle(bytes: Buffer): PickleValue {
  const machine = new PickleMachine(bytes);
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const code = machine.byte();
    if (code === STOP) return machine.result();
    const run = opcodes[code];
    if (!run) throw malformed(`holds the opcode 0x${code.toString(16)}, which plain weights don't need`);
    run(machine);
  }
  throw malformed(`takes more than ${MAX_STEPS} steps`);
}

class PickleMachine {
  readonly #bytes: Buffer;
  #at = 0;
  #stack: Item[] = [];
  #memo = new Map<number, PickleValue>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed('is cut short');
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }
  byte(): number {
    return this.take(1).readUInt8();
  }
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw malformed('is cut short');
    const text = this.take(end - this.#at).toString('utf8');
    this.take(1);
    return text;
  }

  push(item: Item): void {
    this.#stack.push(item);
  }
  pop(): PickleValue {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw malformed('takes from an empty stack');
    return item;
  }
  top(): PickleValue {
    const item = this.pop();
    this.push(item);
    return item;
  }
  popToMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw malformed('lacks a mark');
    return this.#stack.splice(mark).slice(1) as PickleValue[];
  }
  tuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop()).reverse();
    this.push(new Tuple(items));
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }
  memoize(): void {
    this.remember(this.#memo.size);
  }
  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw malformed('recalls what it never stored');
    this.push(value);
  }

  setItems(pairs: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof Map) || pairs.length % 2)
      throw malformed('sets items of something else than a dict');
    for (let i = 0; i < pairs.length; i += 2)
      target.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue);
  }
  append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!Array.isArray(target)) throw malformed('appends to something else than a list');
    for (const item of items) target.push(item);
  }
  /** An OrderedDict's own attributes (torch keeps module versions there) are dropped. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) throw malformed('sets the state of an object');
  }
  result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0) throw malformed('leaves something on its stack');
    return value;
  }
}

const STOP = 0x2e;

const text = (m: PickleMachine, length: number) => m.push(m.take(length).toString('utf8'));

const opcodes: Readonly<Record<number, (m: PickleMachine) => void>> = {
  // PROTO, FRAME
  128: (m) => {
    const version = m.byte();
    if (version < 2 || version > 5) throw malformed(`has the protocol ${version}`);
  },
  149: (m) => void m.take(8),
  // MARK, EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE
  40: (m) => m.push(MARK),
  125: (m) => m.push(new Map()),
  93: (m) => m.push([]),
  41: (m) => m.push(new Tuple([])),
  // TUPLE, TUPLE1, TUPLE2, TUPLE3
  116: (m) => m.push(new Tuple(m.popToMark())),
  133: (m) => m.tuple(1),
  134: (m) => m.tuple(2),
  135: (m) => m.tuple(3),
  // NONE, NEWTRUE, NEWFALSE
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  // BININT, BININT1, BININT2, LONG1, BINFLOAT
  74: (m) => m.push(m.take(4).readInt32LE()),
  75: (m) => m.push(m.byte()),
  77: (m) => m.push(m.take(2).readUInt16LE()),
  138: (m) => m.push(long(m.take(m.byte()))),
  71: (m) => m.push(m.take(8).readDoubleBE()),
  // BINUNICODE, SHORT_BINUNICODE
  88: (m) => text(m, m.take(4).readUInt32LE()),
  140: (m) => text(m, m.byte()),
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  113: (m) => m.remember(m.byte()),
  114: (m) => m.remember(m.take(4).readUInt32LE()),
  148: (m) => m.memoize(),
  104: (m) => m.recall(m.byte()),
  106: (m) => m.recall(m.take(4).readUInt32LE()),
  // SETITEM, SETITEMS, APPEND, APPENDS, BUILD
  115: (m) => {
    const value = m.pop();
    m.setItems([m.pop(), value]);
  },
  117: (m) => m.setItems(m.popToMark()),
  97: (m) => m.append([m.pop()]),
  101: (m) => m.append(m.popToMark()),
  98: (m) => m.build(),
  // GLOBAL, STACK_GLOBAL, REDUCE, BINPERSID
  99: (m) => m.push(findGlobal(m.line(), m.line())),
  147: (m) => {
    const name = m.pop();
    const module = m.pop();
    if (typeof name !== 'string' || typeof module !== 'string')
      throw malformed('names a global by no string');
    m.push(findGlobal(module, name));
  },
  82: (m) => {
    const args = m.pop();
    const callee = m.pop();
    if (!(callee instanceof Global)) throw malformed('calls something unknown');
    m.push(callGlobal(callee, args));
  },
  81: (m) => m.push(findStorage(m.pop())),
};

/** Little-endian two's complement; sizes of tensors fit a double. */
function long(bytes: Buffer): number {
  const unsigned = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const value = Number(BigInt.asIntN(bytes.length * 8, unsigned));
  if (!Number.isSafeInteger(value)) throw malformed('holds an integer above 2^53');
  return value;
}
