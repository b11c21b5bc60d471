import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSafetensors } from '../../../src/model/build/weights/open-safetensors.ts';
import { openSharded } from '../../../src/model/build/weights/open-sharded.ts';
import { encodeSafetensors, f32, writeSafetensors } from './write-safetensors.ts';

describe('safetensors', () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'safetensors-'));
  });
  after(() => rm(dir, { recursive: true }));

  const write = async (name: string, bytes: Buffer) => {
    await writeFile(join(dir, name), bytes);
    return join(dir, name);
  };
  const two = { a: f32([2, 2], [1, 2, 3, 4]), b: f32([3], [5, 6, 7]) };

  it('When F32 is stored, then the values come back', async () => {
    const source = await openSafetensors(await write('f32', encodeSafetensors(two)));
    assert.deepEqual([...(await source.read('a'))], [1, 2, 3, 4]);
    assert.deepEqual([...(await source.read('b'))], [5, 6, 7]);
    assert.deepEqual(source.tensors.get('a')?.shape, [2, 2]);
    await source.close();
  });

  it('When F16 is stored, then normal, subnormal and negative values come back exactly', async () => {
    const bits = [0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000, 0x3555];
    const bytes = Buffer.from(Uint16Array.from(bits).buffer);
    const source = await openSafetensors(
      await write('f16', encodeSafetensors({ h: { dtype: 'F16', shape: [8], bytes } })),
    );
    assert.deepEqual(
      [...(await source.read('h'))],
      [1, -2, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, -0, 0.333251953125],
    );
    await source.close();
  });

  it('When BF16 is stored, then it is the upper half of an F32', async () => {
    const bytes = Buffer.from(Uint16Array.of(0x3f80, 0xc040, 0x4049).buffer);
    const source = await openSafetensors(
      await write('bf16', encodeSafetensors({ h: { dtype: 'BF16', shape: [3], bytes } })),
    );
    assert.deepEqual([...(await source.read('h'))], [1, -3, 3.140625]);
    await source.close();
  });

  it('When a weight is NaN or infinite, then it is refused', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const source = await openSafetensors(
        await write('nan', encodeSafetensors({ x: f32([2], [1, value]) })),
      );
      await assert.rejects(source.read('x'), /x holds NaN or infinity/);
      await source.close();
    }
  });

  it('When integers are asked for as weights, then they are refused by name', async () => {
    const bytes = Buffer.alloc(16);
    const source = await openSafetensors(
      await write('i64', encodeSafetensors({ ids: { dtype: 'I64', shape: [2], bytes } })),
    );
    await assert.rejects(source.read('ids'), /ids is I64; weights must be F32, F16, BF16/);
    await source.close();
  });

  it('When the file is cut anywhere, then it is refused', async () => {
    const whole = encodeSafetensors(two);
    for (let length = 0; length < whole.length; length += 7)
      await assert.rejects(
        openSafetensors(await write('cut', whole.subarray(0, length))),
        /damaged|cut short/,
      );
  });

  it('When bytes follow the last tensor, then the file is refused', async () => {
    const longer = Buffer.concat([encodeSafetensors(two), Buffer.alloc(4)]);
    await assert.rejects(openSafetensors(await write('longer', longer)), /4 bytes behind its last tensor/);
  });

  it('When a bit of the structure is flipped, then the file is refused or reads the same tensors', async () => {
    const whole = encodeSafetensors(two);
    const headerEnd = 8 + Number(whole.readBigUInt64LE());
    for (let at = 0; at < headerEnd; at += 1) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] as number) ^ 4;
      const outcome = await openSafetensors(await write('flipped', flipped)).then(
        async (source) => {
          const names = [...source.tensors].map(([, { shape }]) => shape.length);
          await source.close();
          return names.length === 2 ? 'renamed' : 'read';
        },
        (error: Error) => error.name,
      );
      assert.match(outcome, /^(ModelError|renamed)$/, `byte ${at}`);
    }
  });

  const spoilt: [string, Parameters<typeof encodeSafetensors>[1], RegExp][] = [
    ['overlap', (h) => Object.assign(h.b ?? {}, { data_offsets: [8, 20] }), /begins at byte 8 instead of 16/],
    ['leave a gap', (h) => Object.assign(h.b ?? {}, { data_offsets: [20, 32] }), /begins at byte 20/],
    ['run backwards', (h) => Object.assign(h.b ?? {}, { data_offsets: [28, 16] }), /does not fit/],
    ['have a negative size', (h) => Object.assign(h.a ?? {}, { shape: [-2, -2] }), /malformed/],
    ['claim more than their bytes', (h) => Object.assign(h.a ?? {}, { shape: [2, 3] }), /does not fit/],
    ['have an unknown type', (h) => Object.assign(h.a ?? {}, { dtype: 'F31' }), /unknown type F31/],
  ];
  for (const [what, change, message] of spoilt)
    it(`When tensors ${what}, then the file is refused`, async () => {
      await assert.rejects(openSafetensors(await write('spoilt', encodeSafetensors(two, change))), message);
    });

  it('When the header claims to be huge, then no memory is taken for it', async () => {
    const bytes = Buffer.alloc(64);
    bytes.writeBigUInt64LE(2n ** 60n);
    await assert.rejects(openSafetensors(await write('huge', bytes)), /no safetensors file/);
  });

  describe('sharded', () => {
    const index = (map: Record<string, string>) =>
      write('model.safetensors.index.json', Buffer.from(JSON.stringify({ weight_map: map })));

    it('When an index names two files, then each tensor is read from its own', async () => {
      await writeSafetensors(join(dir, 'one.safetensors'), { a: two.a });
      await writeSafetensors(join(dir, 'two.safetensors'), { b: two.b });
      const source = await openSharded(
        await index({ a: 'one.safetensors', b: 'two.safetensors' }),
        openSafetensors,
      );
      assert.deepEqual([...(await source.read('b'))], [5, 6, 7]);
      assert.deepEqual([...source.tensors.keys()], ['a', 'b']);
      await source.close();
    });

    it('When the index names a tensor that its file lacks, then it is refused', async () => {
      await writeSafetensors(join(dir, 'one.safetensors'), { a: two.a });
      await assert.rejects(openSharded(await index({ c: 'one.safetensors' }), openSafetensors), /holds c/);
    });

    it('When the index leads out of its folder, then it is refused', async () => {
      for (const file of ['../one.safetensors', '/etc/passwd', '..'])
        await assert.rejects(openSharded(await index({ a: file }), openSafetensors), /not an index/);
    });
  });
});
