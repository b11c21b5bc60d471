import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '../model-error.ts';
import type { BertConfig } from './bert-config.ts';
import { readJson } from './read-json.ts';
import { vocabularyTokenizer } from './vocabulary-tokenizer.ts';

/** Lengths above this are the "no limit" of tokenizer_config.json (10^30). */
const NO_LIMIT = 1_000_000;

const token = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);

export const tokenizerConfig = z.object({
  do_lower_case: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  tokenize_chinese_chars: z.boolean().default(true),
  model_max_length: z.number().optional(),
  unk_token: token.default('[UNK]'),
  cls_token: token.default('[CLS]'),
  sep_token: token.default('[SEP]'),
  pad_token: token.default('[PAD]'),
  mask_token: token.default('[MASK]'),
});

const sentenceConfig = z.object({ max_seq_length: z.int().min(2).nullish() });
const vocabulary = z.looseObject({ model: z.looseObject({ vocab: z.record(z.string(), z.int().min(0)) }) });

export interface TokenizerFile {
  /** Content of tokenizer.json. */
  readonly json: string;
  /** Longest sequence, special tokens included. */
  readonly maxTokens: number;
}

/**
 * The model's tokenizer.json as it is, or one made from vocab.txt and tokenizer_config.json. Whether its kind can be run
 * is for the tokenizer's own loader to say.
 * @throws ModelError when there is neither, or when it has ids that the word table lacks.
 */
export async function readTokenizerFiles(dir: string, config: BertConfig): Promise<TokenizerFile> {
  const settings =
    (await readJson(dir, 'tokenizer_config.json', tokenizerConfig)) ?? tokenizerConfig.parse({});
  const sentence = await readJson(dir, 'sentence_bert_config.json', sentenceConfig);
  const json = (await readText(dir, 'tokenizer.json')) ?? (await fromVocabulary(dir, settings));
  const parsed = await readVocabulary(json, dir);
  const highest = Math.max(...Object.values(parsed.model.vocab));
  if (highest >= config.vocabulary)
    throw new ModelError(
      `${dir}: the tokenizer has the id ${highest}, but the word table has ${config.vocabulary} rows`,
    );
  const limits = [config.positions, settings.model_max_length, sentence?.max_seq_length];
  const maxTokens = Math.min(
    ...(limits.filter((limit) => typeof limit === 'number' && limit <= NO_LIMIT) as number[]),
  );
  return { json, maxTokens };
}

async function fromVocabulary(dir: string, settings: z.infer<typeof tokenizerConfig>): Promise<string> {
  const text = await readText(dir, 'vocab.txt');
  if (text === undefined) throw new ModelError(`${dir} has neither tokenizer.json nor vocab.txt`);
  return JSON.stringify(vocabularyTokenizer(text, settings, join(dir, 'vocab.txt')));
}

async function readVocabulary(json: string, dir: string) {
  try {
    return vocabulary.parse(JSON.parse(json));
  } catch (cause) {
    throw new ModelError(`${dir}/tokenizer.json has no vocabulary that WordPiece could use`, cause);
  }
}

async function readText(dir: string, file: string): Promise<string | undefined> {
  return readFile(join(dir, file), 'utf8').catch((cause) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new ModelError(`${join(dir, file)} can't be read (${cause.code})`, cause);
  });
}
