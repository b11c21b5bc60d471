import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quantizeRows } from '../../../src/model/build/graph/quantize-rows.ts';
import { transpose } from '../../../src/model/build/graph/transpose.ts';
import { compareVectors } from '../../../src/model/build/measure/compare-vectors.ts';
import { GOLDEN_PAIRS, measuringTexts } from '../../../src/model/build/measure/sentences.ts';
import { expectedBatches, TINY_DIR, withTiny } from './build-tiny.ts';

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

describe('transpose', () => {
  it('When it is done twice, then nothing has changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), (rows, columns) => {
        const values = Float32Array.from({ length: rows * columns }, (_, i) => i);
        const turned = transpose(values, rows, columns);
        assert.equal(turned[rows - 1], (rows - 1) * columns);
        assert.deepEqual(transpose(turned, columns, rows), values);
      }),
    );
  });
});

describe('quantizeRows', () => {
  it('When any row is quantised, then its values come back within half a step and codes keep to the levels', () => {
    const value = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 4, maxLength: 4 }),
        fc.constantFrom(63, 127),
        (row, levels) => {
          const { codes, steps } = quantizeRows(Float32Array.from(row), 1, row.length, levels);
          const step = steps[0] as number;
          row.forEach((exact, i) => {
            assert.ok(Math.abs(codes[i] as number) <= levels);
            assert.ok(
              Math.abs((codes[i] as number) * step - exact) <= step * 0.501,
              `${exact} → ${codes[i]} × ${step}`,
            );
          });
        },
      ),
    );
  });

  it('When a row is all zeros, then its codes are', () => {
    const { codes, steps } = quantizeRows(new Float32Array(4), 2, 2, 63);
    assert.deepEqual([...codes], [0, 0, 0, 0]);
    assert.ok(steps.every((step) => step > 0));
  });
});

describe('compareVectors', () => {
  const vectors = [
    [1, 0, 0],
    [0.9, 0.1, 0],
    [0, 1, 0],
    [0, 0.8, 0.6],
  ].map((v) => Float32Array.from(v));

  it('When both are the same up to their length, then all agree', () => {
    const { cosineMean, cosineMin, rankCorrelation, sameNearest } = compareVectors(
      vectors,
      vectors.map((v) => v.map((x) => 3 * x)),
    );
    for (const value of [cosineMean, cosineMin, rankCorrelation, sameNearest])
      assert.ok(Math.abs(value - 1) < 1e-6, String(value));
  });

  it('When two vectors change places, then every figure falls', () => {
    const [a, b, c, d] = vectors as [Float32Array, Float32Array, Float32Array, Float32Array];
    const { cosineMean, cosineMin, rankCorrelation, sameNearest } = compareVectors(vectors, [a, c, b, d]);
    assert.ok(cosineMean < 0.6 && cosineMin < 0.12);
    assert.ok(rankCorrelation < 0.5);
    assert.equal(sameNearest, 0);
  });
});

describe('measuring texts', () => {
  it('When they are asked for, then they are different, of all lengths, and always the same', () => {
    const texts = measuringTexts(200);
    assert.equal(new Set(texts).size, 200);
    assert.ok(texts.some(({ length }) => length < 10) && texts.some(({ length }) => length > 60));
    assert.deepEqual(measuringTexts(200), texts);
    assert.ok(GOLDEN_PAIRS.flat().every((text) => !texts.includes(text)));
  });
});

describe('pooling and activation', () => {
  it('When pooling divides by the root of the length, then it is the mean times that root', async () => {
    const [, , , batch] = await expectedBatches('mean-f16-sharded');
    assert.ok(batch);
    const vectors: number[][][] = [];
    for (const mode of ['mean', 'mean_sqrt_len'] as const)
      await withTiny('mean-f16-sharded', { mode, normalize: false }, false, async (embed) => {
        vectors.push(await embed(batch));
      });
    const [mean = [], root = []] = vectors;
    batch.attention_mask.forEach((mask, row) => {
      const length = mask.reduce((a, b) => a + b, 0);
      mean[row]?.forEach((value, i) => {
        assert.ok(Math.abs(value * Math.sqrt(length) - (root[row]?.[i] ?? Number.NaN)) < 1e-4);
      });
    });
  });

  it('When config.json asks for the tanh form of GELU, then vectors differ from the exact one, a little', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'gelu-'));
    const model = join(dir, 'model');
    await cp(join(TINY_DIR, 'cls-f32'), model, { recursive: true });
    const config = JSON.parse(await readFile(join(model, 'config.json'), 'utf8'));
    await writeFile(join(model, 'config.json'), JSON.stringify({ ...config, hidden_act: 'gelu_new' }));
    const [, , batch] = await expectedBatches('cls-f32');
    assert.ok(batch);
    await withTiny(model, { mode: 'cls', normalize: true }, false, async (embed) => {
      const [vector = []] = await embed(batch);
      const agreement = dot(vector, batch.sentence_embedding[0] ?? []);
      assert.ok(agreement > 0.9999 && agreement < 1 - 1e-9, String(agreement));
    });
    await rm(dir, { recursive: true });
  });
});
