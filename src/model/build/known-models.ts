import type { Pooling } from './pooling.ts';

const CLS: Pooling = { mode: 'cls', normalize: true };

/**
 * Models whose repositories hold no modules.json, by the sentence of their card that says how they pool.
 * ModelScope's GTE: its pipeline takes last_hidden_state[:, 0] and normalises (modelscope sentence_embedding).
 * Xenova's exports of BGE: the card of BAAI/bge-*-zh-v1.5 says CLS, normalised.
 */
const KNOWN: Readonly<Record<string, Pooling>> = {
  'iic/nlp_gte_sentence-embedding_chinese-large': CLS,
  'iic/nlp_gte_sentence-embedding_chinese-base': CLS,
  'iic/nlp_gte_sentence-embedding_chinese-small': CLS,
  'damo/nlp_gte_sentence-embedding_chinese-large': CLS,
  'damo/nlp_gte_sentence-embedding_chinese-base': CLS,
  'damo/nlp_gte_sentence-embedding_chinese-small': CLS,
  'Xenova/bge-small-zh-v1.5': CLS,
  'Xenova/bge-base-zh-v1.5': CLS,
  'Xenova/bge-large-zh-v1.5': CLS,
};

export function knownPooling(id: string | undefined): Pooling | undefined {
  return id !== undefined && Object.hasOwn(KNOWN, id) ? KNOWN[id] : undefined;
}
