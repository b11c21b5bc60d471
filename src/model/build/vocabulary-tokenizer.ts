import { ModelError } from '../model-error.ts';

/** Of tokenizer_config.json: what a BERT tokenizer needs besides its words. */
export interface VocabularySettings {
  readonly do_lower_case: boolean;
  readonly strip_accents: boolean | null;
  readonly tokenize_chinese_chars: boolean;
  readonly unk_token: string;
  readonly cls_token: string;
  readonly sep_token: string;
  readonly pad_token: string;
  readonly mask_token: string;
}

/**
 * The content of a tokenizer.json that does what BertTokenizer does with a vocab.txt (one token a line, its id the number
 * of the line).
 * @throws ModelError naming a special token that the vocabulary lacks.
 */
export function vocabularyTokenizer(text: string, settings: VocabularySettings, path: string) {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  const ids = new Map(lines.map((token, id) => [token, id]));
  const id = (token: string) => {
    const found = ids.get(token);
    if (found === undefined) throw new ModelError(`${path} lacks the token ${token}`);
    return found;
  };
  const { pad_token, unk_token, cls_token, sep_token, mask_token } = settings;
  const required = [unk_token, cls_token, sep_token];
  const special = [pad_token, ...required, mask_token].filter((t) => required.includes(t) || ids.has(t));
  const frame = (token: string, type_id: number) => ({ SpecialToken: { id: token, type_id } });
  const sequence = (name: string, type_id: number) => ({ Sequence: { id: name, type_id } });
  const single = [frame(cls_token, 0), sequence('A', 0), frame(sep_token, 0)];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special
      .map((content) => ({ id: id(content), content, ...ADDED }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings.tokenize_chinese_chars,
      strip_accents: settings.strip_accents,
      lowercase: settings.do_lower_case,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, sequence('B', 1), frame(sep_token, 1)],
      special_tokens: Object.fromEntries(
        [cls_token, sep_token].map((token) => [token, { id: token, ids: [id(token)], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}

const ADDED = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
