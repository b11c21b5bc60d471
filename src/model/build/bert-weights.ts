import { ModelError } from '../model-error.ts';
import type { BertConfig } from './bert-config.ts';
import type { TensorSource } from './weights/tensor-source.ts';

/** The tensors of one BERT encoder by their names in BertModel, whatever prefix the file uses. */
export interface BertWeights {
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
}

const WORDS = 'embeddings.word_embeddings.weight';

/**
 * Finds every tensor that the encoder needs and checks its shape before anything is read.
 * @throws ModelError naming the first tensor that is missing or of another shape.
 */
export function findBertWeights(source: TensorSource, config: BertConfig): BertWeights {
  const roots = [...source.tensors.keys()]
    .filter((name) => name === WORDS || name.endsWith(`.${WORDS}`))
    .map((name) => name.slice(0, -WORDS.length));
  if (roots.length !== 1)
    throw new ModelError(
      roots.length === 0
        ? `the weights hold no ${WORDS}: this is no BERT encoder`
        : `the weights hold ${roots.length} encoders (${roots.join(', ')}); one is expected`,
    );
  const found = new Map<string, string>();
  for (const [name, shape] of expectedShapes(config)) {
    const candidates = [`${roots[0]}${name}`, `${roots[0]}${oldName(name)}`];
    const full = candidates.find((candidate) => source.tensors.has(candidate));
    if (full === undefined) throw new ModelError(`the weights lack ${name}, which config.json asks for`);
    const has = source.tensors.get(full)?.shape ?? [];
    if (has.join() !== shape.join())
      throw new ModelError(`${full} is ${has.join('×')}, but config.json says ${shape.join('×')}`);
    found.set(name, full);
  }
  return {
    read(name) {
      const full = found.get(name);
      if (full === undefined) throw new Error(`${name} is not among the expected tensors`);
      return source.read(full);
    },
  };
}

/** LayerNorm's parameters as files from TensorFlow name them. */
function oldName(name: string): string {
  return name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
}

/** Every tensor of the encoder, by its name in BertModel, with its shape. */
export function* expectedShapes(config: BertConfig): Generator<[string, number[]]> {
  const { hidden, intermediate } = config;
  const norm = function* (name: string): Generator<[string, number[]]> {
    yield [`${name}.weight`, [hidden]];
    yield [`${name}.bias`, [hidden]];
  };
  const linear = function* (name: string, from: number, to: number): Generator<[string, number[]]> {
    yield [`${name}.weight`, [to, from]];
    yield [`${name}.bias`, [to]];
  };
  yield [WORDS, [config.vocabulary, hidden]];
  yield ['embeddings.position_embeddings.weight', [config.positions, hidden]];
  yield ['embeddings.token_type_embeddings.weight', [config.types, hidden]];
  yield* norm('embeddings.LayerNorm');
  for (let i = 0; i < config.layers; i += 1) {
    const layer = `encoder.layer.${i}`;
    for (const part of ['query', 'key', 'value'])
      yield* linear(`${layer}.attention.self.${part}`, hidden, hidden);
    yield* linear(`${layer}.attention.output.dense`, hidden, hidden);
    yield* norm(`${layer}.attention.output.LayerNorm`);
    yield* linear(`${layer}.intermediate.dense`, hidden, intermediate);
    yield* linear(`${layer}.output.dense`, intermediate, hidden);
    yield* norm(`${layer}.output.LayerNorm`);
  }
}
