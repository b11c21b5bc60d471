/** The part of the library's untyped source that tokenizer.ts uses. */
declare module '@xenova/transformers/src/tokenizers.js' {
  export class BertTokenizer {
    constructor(tokenizerJson: object, tokenizerConfig: object);
    readonly model: {
      readonly tokens_to_ids: ReadonlyMap<string, number>;
      readonly unk_token: string;
      /** Words → pieces; those that go on a word start with the prefix, an unknown word is one unk_token. */
      encode(words: string[]): string[];
    };
  }
}
