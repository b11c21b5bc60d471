import * as z from 'zod';
import { remember } from './remember.ts';

/** `normalizer` of tokenizer.json; strip_accents null means: as lowercase. */
export const bertNormalizer = z.object({
  type: z.literal('BertNormalizer'),
  clean_text: z.boolean(),
  handle_chinese_chars: z.boolean(),
  strip_accents: z.boolean().nullable(),
  lowercase: z.boolean(),
});

export type BertNormalizer = z.infer<typeof bertNormalizer>;

/** A word to be cut into pieces: its normalised code points, and which of the text's each of them came from. */
export interface Word {
  readonly chars: string[];
  readonly origins: number[];
}

const SPACE = /^\p{White_Space}$/u;
/** Lone surrogates count as control characters; unassigned code points do not. */
const CONTROL = /^(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u{fffd}]$/u;
const PUNCTUATION = /^[\p{P}$+<=>^`|~]$/u;
const MARKS = /\p{Mn}/gu;

/** Reads a text in blocks of code points; a word may go on in the next block. */
export interface WordReader {
  /** @returns the words that have ended. */
  read(chars: readonly string[]): Word[];
  /** @returns the word that the end of the text ended, if any. */
  end(): Word[];
}

/** What a code point becomes: part of a word, a word of its own, or the end of one. */
interface Piece {
  readonly char: string;
  readonly kind: 'part' | 'alone' | 'space';
}

/**
 * BertNormalizer and BertPreTokenizer of Hugging Face's tokenizers in one walk: cleaned, lower-cased words without
 * accents; each ideograph and each punctuation mark is a word of its own.
 */
export function createNormalizer(options: BertNormalizer): { reader(): WordReader } {
  const piecesOf = remember((original) =>
    Array.from(normalized(original, options), (char): Piece => ({ char, kind: kindOf(char) })),
  );
  return { reader: () => createWordReader(piecesOf) };
}

function createWordReader(piecesOf: (original: string) => readonly Piece[]): WordReader {
  let place = 0;
  let open: Word = { chars: [], origins: [] };
  const end = () => {
    const ended = open.chars.length > 0 ? [open] : [];
    open = { chars: [], origins: [] };
    return ended;
  };
  return {
    read(originals) {
      const words: Word[] = [];
      for (const original of originals) {
        for (const { char, kind } of piecesOf(original)) {
          if (kind === 'part') {
            open.chars.push(char);
            open.origins.push(place);
            continue;
          }
          words.push(...end());
          if (kind === 'alone') words.push({ chars: [char], origins: [place] });
        }
        place += 1;
      }
      return words;
    },
    end,
  };
}

function kindOf(char: string): Piece['kind'] {
  if (PUNCTUATION.test(char)) return 'alone';
  return SPACE.test(char) ? 'space' : 'part';
}

/** Each code point is decomposed by itself, so that time stays linear in any pile of combining marks. */
function normalized(char: string, options: BertNormalizer): string {
  if (options.clean_text) {
    if (CONTROL.test(char)) return '';
    if (SPACE.test(char)) return ' ';
  }
  const alone = options.handle_chinese_chars && isIdeograph(char.codePointAt(0) as number);
  let normal = char;
  if (options.strip_accents ?? options.lowercase) normal = normal.normalize('NFD').replace(MARKS, '');
  if (options.lowercase) normal = normal.toLowerCase();
  return alone ? ` ${normal} ` : normal;
}

/** The blocks that BERT's own tokenizer calls Chinese: unified ideographs, extensions A–E, compatibility forms. */
function isIdeograph(code: number): boolean {
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x20000 && code <= 0x2a6df) ||
    (code >= 0x2a700 && code <= 0x2b73f) ||
    (code >= 0x2b740 && code <= 0x2b81f) ||
    (code >= 0x2b920 && code <= 0x2ceaf) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x2f800 && code <= 0x2fa1f)
  );
}
