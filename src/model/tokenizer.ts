import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BertTokenizer } from '@xenova/transformers/src/tokenizers.js';
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { createPacer } from '../pacer.ts';
import type { Manifest } from './manifest.ts';
import { bertNormalizer, createNormalizer, type Word } from './normalizer.ts';
import { remember } from './remember.ts';

/** The tokens of a text without special tokens. */
export interface Encoding {
  readonly ids: number[];
  /** [start, end) of each token in Unicode code points of the caller's own string. */
  readonly offsets: [start: number, end: number][];
}

/** Ids that frame a sequence. */
export interface SpecialTokens {
  readonly cls: number;
  readonly sep: number;
}

export interface Tokenizer extends SpecialTokens {
  /** Rests between words when a text is long, so that the event loop turns. `[SEP]` in a text is text. */
  encode(text: string): Promise<Encoding>;
}

/** A plain loop: zod's record checks and copies 21,000 entries one by one, in each worker, at each start. */
const isVocab = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((id) => Number.isSafeInteger(id) && id >= 0);

/** tokenizer.json as far as it is used; the rest is left to the library. */
const tokenizerJson = z.looseObject({
  normalizer: bertNormalizer,
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })),
  model: z.looseObject({
    type: z.literal('WordPiece'),
    vocab: z.custom<Record<string, number>>(isVocab, 'must give each token its id, 0 or more'),
    unk_token: z.string(),
    continuing_subword_prefix: z.string().min(1),
    max_input_chars_per_word: z.int().min(1),
  }),
});

/** Code points normalised at a time. */
const BLOCK = 512;
/** The longest word whose pieces are remembered, in UTF-16 units: nearly all words of a Chinese text have one. */
const REMEMBERED_LENGTH = 32;

/** A token of a word, and how many of the word's code points it stands for. */
interface Piece {
  readonly id: number;
  readonly length: number;
}

/**
 * Reads the tokenizer that the manifest names: our normaliser and pre-tokeniser, which know where each character came
 * from, in front of the WordPiece of @xenova/transformers, which gives no offsets.
 * @throws StartError naming the file and the field when it is missing or of another kind.
 */
export async function loadTokenizer(dir: string, manifest: Pick<Manifest, 'tokenizer'>): Promise<Tokenizer> {
  const path = join(dir, manifest.tokenizer.file);
  const fault = (what: string, cause?: unknown) => new StartError(`wrong tokenizer ${path}: ${what}`, cause);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw fault((cause as Error).message, cause);
  }
  const parsed = tokenizerJson.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fault(`${issue?.path.map(String).join('.')}: ${issue?.message}`);
  }
  const { model: config } = parsed.data;
  const normalizer = createNormalizer(parsed.data.normalizer);
  const unused = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const { model } = new BertTokenizer({ ...parsed.data, ...unused }, {});
  config.vocab = {}; // a second copy of model.tokens_to_ids, which the library would keep
  const id = (token: string) => {
    const found = model.tokens_to_ids.get(token);
    if (found === undefined) throw fault(`model.vocab: lacks ${token}`);
    return found;
  };
  const unknown = id(config.unk_token);
  const prefixLength = config.continuing_subword_prefix.length;

  /** A word that has no pieces is one unknown token. */
  const split = (word: string): readonly Piece[] =>
    model.encode([word]).map((piece, i) => {
      if (piece === config.unk_token) return { id: unknown, length: Infinity };
      return { id: id(piece), length: [...piece].length - (i > 0 ? prefixLength : 0) };
    });

  const remembered = remember(split);
  const piecesOf = (word: string) => (word.length > REMEMBERED_LENGTH ? split(word) : remembered(word));

  const append = ({ ids, offsets }: Encoding, { chars, origins }: Word) => {
    let from = 0;
    for (const { id, length } of piecesOf(chars.join(''))) {
      const to = Math.min(from + length, origins.length);
      ids.push(id);
      offsets.push([origins[from] as number, (origins[to - 1] as number) + 1]);
      from = to;
    }
  };

  return {
    cls: id('[CLS]'),
    sep: id('[SEP]'),
    async encode(text) {
      const encoding: Encoding = { ids: [], offsets: [] };
      const reader = normalizer.reader();
      const pacer = createPacer();
      const chars = Array.from(text);
      for (let i = 0; i < chars.length; i += BLOCK) {
        for (const word of reader.read(chars.slice(i, i + BLOCK))) {
          append(encoding, word);
          if (pacer.due()) await pacer.rest();
        }
        if (pacer.due()) await pacer.rest();
      }
      for (const word of reader.end()) append(encoding, word);
      return encoding;
    },
  };
}
