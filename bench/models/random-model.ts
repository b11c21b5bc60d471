import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBertConfig } from '../../src/model/build/bert-config.ts';
import { expectedShapes } from '../../src/model/build/bert-weights.ts';
import { writeSafetensors } from './write-safetensors.ts';

/** config.json of BERT encoders in the shapes of GTE-Chinese. */
const base = {
  model_type: 'bert',
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  vocab_size: 21128,
};
export const SHAPES = {
  large: {
    ...base,
    num_hidden_layers: 24,
    hidden_size: 1024,
    num_attention_heads: 16,
    intermediate_size: 4096,
  },
  base: {
    ...base,
    num_hidden_layers: 12,
    hidden_size: 768,
    num_attention_heads: 12,
    intermediate_size: 3072,
  },
  small: { ...base, num_hidden_layers: 6, hidden_size: 512, num_attention_heads: 8, intermediate_size: 2048 },
} as const;
export type Shape = keyof typeof SHAPES;

const POOL = 1 << 20;

/**
 * Writes a model in Hugging Face's layout, with random F32 weights as a fresh BERT has them (σ 0.02, norms 1 and 0); the
 * same for the same shape.
 * @param vocabulary vocab.txt; shortened or filled up to the model's.
 * @returns bytes of model.safetensors.
 */
export async function writeRandomModel(
  dir: string,
  shape: Shape,
  vocabulary: readonly string[],
): Promise<number> {
  const config = SHAPES[shape];
  await mkdir(join(dir, '1_Pooling'), { recursive: true });
  const json = (file: string, value: unknown) =>
    writeFile(join(dir, file), `${JSON.stringify(value, null, 2)}\n`);
  await json('config.json', config);
  await json('tokenizer_config.json', { do_lower_case: true, model_max_length: 512 });
  await json('modules.json', [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
  ]);
  await json('1_Pooling/config.json', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
  const words = Array.from({ length: config.vocab_size }, (_, i) => vocabulary[i] ?? `[unused${i}]`);
  await writeFile(join(dir, 'vocab.txt'), `${words.join('\n')}\n`);
  const pool = gaussians();
  const tensors = [...expectedShapes(await loadBertConfig(dir))].map(([name, shape]) => ({
    name,
    shape,
    values: () =>
      randomValues(
        name,
        shape.reduce((a, b) => a * b, 1),
        pool,
      ),
  }));
  return writeSafetensors(join(dir, 'model.safetensors'), tensors);
}

/** Norms are 1 and biases 0; everything else is a stretch of the pool, another one for each half a million values. */
function randomValues(name: string, count: number, pool: Float32Array): Float32Array {
  const values = new Float32Array(count);
  if (name.endsWith('LayerNorm.weight')) return values.fill(1);
  if (name.endsWith('bias')) return values;
  for (let at = 0; at < count; at += POOL / 2) {
    const from = createHash('md5').update(`${name} ${at}`).digest().readUInt32LE() % (POOL / 2);
    values.set(pool.subarray(from, from + Math.min(POOL / 2, count - at)), at);
  }
  return values;
}

/** Box–Muller over a linear congruential generator (Numerical Recipes' constants). */
function gaussians(): Float32Array {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Float32Array.from(
    { length: POOL },
    () => 0.02 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
