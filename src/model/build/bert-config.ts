import * as z from 'zod';
import { ModelError } from '../model-error.ts';
import { readJson } from './read-json.ts';

const size = z.int().min(1).max(1_000_000);

const activations = {
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  relu: 'relu',
} as const;

/** The feed-forward activation: exact GELU, its tanh approximation, or ReLU. */
export type Activation = (typeof activations)[keyof typeof activations];

const schema = z
  .object({
    model_type: z.literal('bert', 'only BERT encoders can be converted'),
    vocab_size: size,
    hidden_size: size,
    num_hidden_layers: size.max(1000),
    num_attention_heads: size,
    intermediate_size: size,
    hidden_act: z.enum(Object.keys(activations) as (keyof typeof activations)[]).default('gelu'),
    layer_norm_eps: z.number().positive().max(0.1).default(1e-12),
    max_position_embeddings: size.default(512),
    type_vocab_size: size.default(2),
    position_embedding_type: z
      .literal('absolute', 'only absolute positions can be converted')
      .default('absolute'),
    is_decoder: z.literal(false, 'a decoder is no encoder').default(false),
  })
  .refine((c) => c.hidden_size % c.num_attention_heads === 0, {
    path: ['hidden_size'],
    message: 'is not a multiple of num_attention_heads',
  });

/** The shape of a BERT encoder. */
export interface BertConfig {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly positions: number;
  readonly types: number;
}

/**
 * Reads config.json of a model in Hugging Face's layout.
 * @throws ModelError naming the field that can't be converted.
 */
export async function loadBertConfig(dir: string): Promise<BertConfig> {
  const c = await readJson(dir, 'config.json', schema);
  if (!c) throw new ModelError(`${dir} has no config.json`);
  return {
    vocabulary: c.vocab_size,
    hidden: c.hidden_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    intermediate: c.intermediate_size,
    activation: activations[c.hidden_act],
    epsilon: c.layer_norm_eps,
    positions: c.max_position_embeddings,
    types: c.type_vocab_size,
  };
}
