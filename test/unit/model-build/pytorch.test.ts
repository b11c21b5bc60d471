import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { openPytorch } from '../../../src/model/build/weights/open-pytorch.ts';
import { openWeights } from '../../../src/model/build/weights/open-weights.ts';
import { readPickle } from '../../../src/model/build/weights/read-pickle.ts';
import { ModelError } from '../../../src/model/model-error.ts';
import { encodeZip } from './write-zip.ts';

const fixture = join(import.meta.dirname, '../../fixtures/bert-tiny/cls-bin-unnormalised/pytorch_model.bin');

const text = (value: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.from('X'), length, Buffer.from(value)]);
};
const join2 = (...parts: (string | Buffer)[]) =>
  Buffer.concat([
    Buffer.from([0x80, 2]),
    ...parts.map((p) => (typeof p === 'string' ? Buffer.from(p, 'latin1') : p)),
  ]);

/** {name: a tensor of `shape` on storage 0 of `elements`, from `offset`, with `strides`} */
const pickleOf = (
  name: string,
  {
    shape,
    strides,
    offset = 0,
    elements,
    type = 'Float',
  }: { shape: number[]; strides: number[]; offset?: number; elements: number; type?: string },
) => {
  const ints = (values: number[]) =>
    Buffer.from(['('.charCodeAt(0), ...values.flatMap((v) => [0x4b, v]), 0x74]);
  const storage = join2('(', text('storage'), `ctorch\n${type}Storage\n`, text('0'), text('cpu')).subarray(2);
  return join2(
    '}',
    text(name),
    'ctorch._utils\n_rebuild_tensor_v2\n(',
    storage,
    Buffer.from([0x4b, elements]),
    'tQ',
    Buffer.from([0x4b, offset]),
    ints(shape),
    ints(strides),
    Buffer.from([0x89]),
    'ccollections\nOrderedDict\n)RtRs.',
  );
};

describe('pytorch_model.bin', () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pytorch-'));
  });
  after(() => rm(dir, { recursive: true }));
  const path = () => join(dir, 'pytorch_model.bin');
  const openWith = async (pickle: Buffer, data = Buffer.alloc(24), more: Record<string, Buffer> = {}) => {
    await writeFile(path(), encodeZip({ 'm/data.pkl': pickle, 'm/data/0': data, ...more }));
    return openPytorch(path());
  };

  it('When torch.save wrote the file, then every tensor has its name, shape and size', async () => {
    const source = await openPytorch(fixture);
    assert.equal(source.tensors.size, 37);
    assert.deepEqual(source.tensors.get('embeddings.word_embeddings.weight'), {
      shape: [150, 40],
      dtype: 'F32',
    });
    for (const [name, { shape }] of source.tensors)
      assert.equal(
        (await source.read(name)).length,
        shape.reduce((a, b) => a * b, 1),
        name,
      );
    await source.close();
  });

  it('When a tensor is a window into a storage, then its own values come back', async () => {
    const data = Buffer.from(Float32Array.of(9, 9, 1, 2, 3, 4).buffer);
    const source = await openWith(
      pickleOf('w', { shape: [2, 2], strides: [2, 1], offset: 2, elements: 6 }),
      data,
    );
    assert.deepEqual([...(await source.read('w'))], [1, 2, 3, 4]);
    await source.close();
  });

  it('When a tensor is of half precision, then its values come back as floats', async () => {
    // 1, -2, 65504 (the largest) and 2^-24 (the smallest).
    const data = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001).buffer);
    const pickle = pickleOf('w', { shape: [4], strides: [1], elements: 4, type: 'Half' });
    const source = await openWith(pickle, data);
    assert.deepEqual([...(await source.read('w'))], [1, -2, 65504, 2 ** -24]);
    await source.close();
  });

  it('When weights are spread over several files, then each tensor comes from its own', async () => {
    const folder = join(dir, 'sharded');
    await mkdir(folder);
    const files = ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'];
    for (const [i, file] of files.entries()) {
      const pickle = pickleOf(`w${i}`, { shape: [2], strides: [1], elements: 2 });
      const data = Buffer.from(Float32Array.of(i, i + 10).buffer);
      await writeFile(join(folder, file), encodeZip({ 'm/data.pkl': pickle, 'm/data/0': data }));
    }
    const index = (first: string) =>
      writeFile(
        join(folder, 'pytorch_model.bin.index.json'),
        JSON.stringify({ weight_map: { w0: first, w1: files[1] } }),
      );
    await index(files[0] as string);
    const source = await openWeights(folder);
    assert.deepEqual([...(await source.read('w0'))], [0, 10]);
    assert.deepEqual([...(await source.read('w1'))], [1, 11]);
    await source.close();
    await index(files[1] as string);
    await assert.rejects(
      openWeights(folder),
      /says pytorch_model-00002-of-00002\.bin holds w0, but it doesn't/,
    );
  });

  it('When a tensor is transposed in its storage, then it is refused rather than misread', async () => {
    const pickle = pickleOf('w', { shape: [2, 3], strides: [1, 2], elements: 6 });
    await assert.rejects(openWith(pickle), /w is not stored row by row/);
  });

  it('When a tensor reaches beyond its storage, then it is refused', async () => {
    const beyond = pickleOf('w', { shape: [7], strides: [1], elements: 7 });
    await assert.rejects(openWith(beyond), /does not fit its storage/);
    const lying = pickleOf('w', { shape: [6], strides: [1], elements: 5 });
    await assert.rejects(openWith(lying), /does not fit its storage/);
  });

  const marker = () => join(tmpdir(), `pickle-ran-${process.pid}`);
  const command = () => text(`touch ${marker()}`);
  const malicious: [string, () => Buffer, RegExp][] = [
    ['os.system', () => join2('cos\nsystem\n(', command(), 'tR.'), /os\.system/],
    ['posix.system', () => join2('cposix\nsystem\n(', command(), 'tR.'), /posix\.system/],
    ['builtins.exec', () => join2('cbuiltins\nexec\n(', command(), 'tR.'), /builtins\.exec/],
    [
      'a stack global',
      () => join2(text('builtins'), text('eval'), '\x93(', command(), 'tR.'),
      /builtins\.eval/,
    ],
    ['torch.load', () => join2('ctorch\nload\n(', command(), 'tR.'), /torch\.load/],
    ['a nested name', () => join2('ctorch._utils\n_rebuild_tensor_v2.__globals__\n.'), /__globals__/],
    ['the inst opcode', () => join2('(', command(), 'ios\nsystem\n.'), /opcode 0x69/],
    ['the obj opcode', () => join2('(', command(), 'o.'), /opcode 0x6f/],
    ['the newobj opcode', () => join2('ccollections\nOrderedDict\n)\x81.'), /opcode 0x81/],
    ['an extension code', () => join2('\x82\x01.'), /opcode 0x82/],
    ['a text persistent id', () => join2('Pevil\n.'), /opcode 0x50/],
    ['arguments for OrderedDict', () => join2('ccollections\nOrderedDict\n(', command(), 'tR.'), /wrongly/],
    ['a storage class as a function', () => join2('ctorch\nFloatStorage\n(', command(), 'tR.'), /wrongly/],
    ['a string as a function', () => join2(command(), ')R.'), /something unknown/],
    ['a foreign state', () => join2('ctorch\nFloatStorage\n}b.'), /state of an object/],
    [
      'a way out of the archive',
      () => join2('(', text('storage'), 'ctorch\nFloatStorage\n', text('../x'), text('cpu'), 'K\x01tQ.'),
      /storage "\.\.\/x"/,
    ],
  ];
  for (const [what, pickle, message] of malicious)
    it(`When a pickle uses ${what}, then it is refused and nothing runs`, async () => {
      await assert.rejects(
        openWith(pickle()),
        (error) => error instanceof ModelError && message.test(error.message),
      );
      await assert.rejects(readFile(marker()), { code: 'ENOENT' });
    });

  it('When a pickle is cut or changed anywhere, then it is read or refused, nothing else', () => {
    const pickle = pickleOf('w', { shape: [2, 2], strides: [2, 1], elements: 6 });
    fc.assert(
      fc.property(fc.nat(pickle.length - 1), fc.nat(255), fc.nat(pickle.length), (at, byte, length) => {
        const changed = Buffer.from(pickle);
        changed[at] = byte;
        try {
          readPickle(changed.subarray(0, length));
        } catch (error) {
          assert.ok(error instanceof ModelError, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('When a pickle would never end, then it is refused', () => {
    assert.throws(() => readPickle(join2('}'.repeat(1_000_001))), /more than 1000000 steps/);
  });

  it('When the archive is cut anywhere, then it is refused', async () => {
    const whole = await readFile(fixture);
    for (const share of [0, 0.0001, 0.3, 0.9, 0.99, 0.9999]) {
      await writeFile(path(), whole.subarray(0, Math.floor(whole.length * share)));
      await assert.rejects(openPytorch(path()), ModelError);
    }
  });

  it('When an entry is compressed, then the archive is refused', async () => {
    const archive = encodeZip({ 'm/data.pkl': join2('}.') }, (_, central) => central.writeUInt16LE(8, 10));
    await writeFile(path(), archive);
    await assert.rejects(openPytorch(path()), /data\.pkl in it is compressed/);
  });

  it('When an entry claims a place outside of the file, then the archive is refused', async () => {
    const archive = encodeZip({ 'm/data.pkl': join2('}.') }, (_, central) => central.writeUInt32LE(9999, 42));
    await writeFile(path(), archive);
    await assert.rejects(openPytorch(path()), /outside of it/);
  });

  it('When the machine that wrote it was big-endian, then it is refused', async () => {
    const pickle = pickleOf('w', { shape: [2], strides: [1], elements: 6 });
    await assert.rejects(
      openWith(pickle, Buffer.alloc(24), { 'm/byteorder': Buffer.from('big') }),
      /big-endian/,
    );
  });

  it("When the file is in PyTorch's old format, then the way out is named", async () => {
    await writeFile(path(), join2('\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'.padEnd(64, '.')));
    await assert.rejects(openPytorch(path()), /before 1\.6.*safetensors/);
  });

  it('When the file is something else, then it says so', async () => {
    await copyFile(import.meta.filename, path());
    await assert.rejects(openPytorch(path()), /no zip archive/);
  });
});
