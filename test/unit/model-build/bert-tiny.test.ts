import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Pooling } from '../../../src/model/build/pooling.ts';
import { expectedBatches, withTiny } from './build-tiny.ts';
import { readExternal, readNodes } from './read-onnx.ts';

const models: [string, string, Pooling][] = [
  ['one F32 safetensors file', 'cls-f32', { mode: 'cls', normalize: true }],
  ['F16 shards, mean-pooled', 'mean-f16-sharded', { mode: 'mean', normalize: true }],
  ['a pytorch_model.bin, ReLU, not normalised', 'cls-bin-unnormalised', { mode: 'cls', normalize: false }],
];

const cosine = (a: number[], b: number[]) => {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe('BERT graph', () => {
  for (const [what, name, pooling] of models) {
    it(`When ${what} is converted, then its vectors equal PyTorch's to 1e-5`, () =>
      withTiny(name, pooling, false, async (embed) => {
        for (const batch of await expectedBatches(name)) {
          const vectors = await embed(batch);
          assert.equal(vectors.length, batch.sentence_embedding.length);
          batch.sentence_embedding.forEach((expected, row) => {
            expected.forEach((value, i) => {
              const off = Math.abs(value - (vectors[row]?.[i] ?? Number.NaN));
              assert.ok(off <= 1e-5, `row ${row}, dimension ${i}: off by ${off}`);
            });
          });
        }
      }));

    it(`When ${what} is converted to int8, then its vectors point the same way`, () =>
      withTiny(name, pooling, true, async (embed) => {
        for (const batch of await expectedBatches(name)) {
          const vectors = await embed(batch);
          batch.sentence_embedding.forEach((expected, row) => {
            const agreement = cosine(expected, vectors[row] ?? []);
            assert.ok(agreement > 0.995, `row ${row}: cosine ${agreement}`);
          });
        }
      }));
  }

  it('When a text shares its batch with others, then the int8 vector is the same as alone', () =>
    withTiny('cls-f32', { mode: 'cls', normalize: true }, true, async (embed) => {
      const [, , , batch] = await expectedBatches('cls-f32');
      assert.ok(batch);
      const together = await embed(batch);
      for (const [row, ids] of batch.input_ids.entries()) {
        const length = batch.attention_mask[row]?.reduce((a, b) => a + b, 0) ?? 0;
        const alone = await embed({
          input_ids: [ids.slice(0, length)],
          attention_mask: [Array(length).fill(1)],
          sentence_embedding: [],
        });
        assert.ok(cosine(alone[0] ?? [], together[row] ?? []) > 0.999999, `row ${row}`);
      }
    }));

  it('When the model is CLS-pooled, then the last layer computes token 0 only', () =>
    withTiny('cls-f32', { mode: 'cls', normalize: true }, false, async (_, path) => {
      const nodes = readNodes(await readFile(path));
      const norms = nodes.filter(({ op }) => op === 'LayerNormalization').map(({ output }) => output);
      // Embedding, two of layer 0, two of layer 1: the last layer starts from the third.
      const gathers = nodes.filter(({ op, inputs }) => op === 'Gather' && inputs[0] === norms[2]);
      assert.equal(gathers.length, 1);
      const readers = nodes.filter(({ inputs }) => inputs[0] === gathers[0]?.output).map(({ op }) => op);
      assert.deepEqual(readers, ['MatMul', 'Add']);
    }));

  it('When weights are written, then they stand outside of the graph, each at the start of a page', () =>
    withTiny('mean-f16-sharded', { mode: 'mean', normalize: true }, false, async (_, path) => {
      const graph = await stat(path);
      const data = await stat(`${path}.data`);
      assert.ok(graph.size < 40_000, `${graph.size} bytes of graph`);
      // 75,312 parameters, 4 bytes each.
      assert.ok(data.size > 290_000, `${data.size} bytes of weights`);
      const tensors = readExternal(await readFile(path));
      assert.ok(tensors.length > 10);
      assert.deepEqual(
        tensors.filter(({ offset }) => offset % 4096),
        [],
      );
      const table = tensors.find(({ name }) => name === 'embeddings.word_embeddings.weight');
      assert.equal(table?.length, 300 * 48 * 4);
    }));
});
