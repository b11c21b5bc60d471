import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readSourceModel } from '../../../src/model/build/source-model.ts';
import { tinyFolder, tinyVocabulary } from './tiny-folder.ts';

describe('readSourceModel', () => {
  let tiny: Awaited<ReturnType<typeof tinyFolder>>;
  beforeEach(async () => {
    tiny = await tinyFolder('mean-f16-sharded');
  });
  afterEach(() => tiny.remove());

  const change = async (file: string, edit: (json: Record<string, unknown>) => unknown) => {
    const path = join(tiny.dir, file);
    const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify(edit(json) ?? json));
  };
  const read = (request = {}) => readSourceModel(tiny.dir, request);

  describe('pooling', () => {
    it('When modules.json and 1_Pooling say it, then they are followed', async () => {
      assert.deepEqual(await (await read()).pooling(), { mode: 'mean', normalize: true });
      await change('modules.json', (modules) => (modules as unknown as unknown[]).slice(0, 2));
      assert.deepEqual(await (await read()).pooling(), { mode: 'mean', normalize: false });
    });

    it('When newer files name the module classes and the mode otherwise, then they are understood', async () => {
      await writeFile(
        join(tiny.dir, 'modules.json'),
        JSON.stringify([
          { idx: 0, name: '0', path: '', type: 'sentence_transformers.base.modules.transformer.Transformer' },
          {
            idx: 1,
            name: '1',
            path: '1_Pooling',
            type: 'sentence_transformers.sentence_transformer.modules.pooling.Pooling',
          },
        ]),
      );
      await writeFile(
        join(tiny.dir, '1_Pooling', 'config.json'),
        JSON.stringify({ embedding_dimension: 48, pooling_mode: 'cls', include_prompt: true }),
      );
      assert.deepEqual(await (await read()).pooling(), { mode: 'cls', normalize: false });
    });

    it('When a layer follows that can not be converted, then it is named', async () => {
      await change('modules.json', (modules) => [
        ...(modules as unknown as unknown[]).slice(0, 2),
        { idx: 2, name: '2', path: '2_Dense', type: 'sentence_transformers.models.Dense' },
      ]);
      await assert.rejects(read(), /Transformer → Pooling → Dense can't be converted/);
    });

    it('When modules.json leads out of the folder, then it is refused', async () => {
      await change('modules.json', (modules) => {
        const [transformer, pooling, ...rest] = modules as unknown as object[];
        return [transformer, { ...pooling, path: '..' }, ...rest];
      });
      await assert.rejects(read(), /must be a plain folder name/);
    });

    it('When two ways of pooling are joined, then it is refused', async () => {
      await change('1_Pooling/config.json', (c) => ({ ...c, pooling_mode_cls_token: true }));
      await assert.rejects(read(), /names 2 ways of pooling/);
    });

    it('When pooling is by maximum, then it is refused by name', async () => {
      await change('1_Pooling/config.json', (c) => ({
        ...c,
        pooling_mode_mean_tokens: false,
        pooling_mode_max_tokens: true,
      }));
      await assert.rejects(read(), /pooling_mode_max_tokens can't be converted/);
    });

    it('When nothing says it, then the table of known models or the caller does, never a guess', async () => {
      await rm(join(tiny.dir, 'modules.json'));
      await assert.rejects(read({ id: 'somebody/else' }), /somebody\/else does not say how it pools/);
      const known = await read({ id: 'iic/nlp_gte_sentence-embedding_chinese-large' });
      assert.deepEqual(await known.pooling(), { mode: 'cls', normalize: true });
      const told = await read({ option: { mode: 'mean', normalize: false } });
      assert.deepEqual(await told.pooling(), { mode: 'mean', normalize: false });
    });
  });

  describe('config.json', () => {
    const faults: [string, Record<string, unknown>, RegExp][] = [
      ['is of another architecture', { model_type: 'xlm-roberta' }, /model_type: only BERT encoders/],
      ['has relative positions', { position_embedding_type: 'relative_key' }, /only absolute positions/],
      ['has an unknown activation', { hidden_act: 'swiglu' }, /hidden_act/],
      ['has heads that do not divide it', { num_attention_heads: 7 }, /not a multiple/],
      ['is of a decoder', { is_decoder: true }, /a decoder/],
      ['lacks a size', { hidden_size: undefined }, /hidden_size/],
    ];
    for (const [what, fields, message] of faults)
      it(`When it ${what}, then the field is named`, async () => {
        await change('config.json', (c) => ({ ...c, ...fields }));
        await assert.rejects(read(), message);
      });
  });

  describe('tokenizer', () => {
    it('When there is vocab.txt only, then tokenizer.json is made from it and its settings', async () => {
      const { json, maxTokens } = (await read()).tokenizer;
      const made = JSON.parse(json);
      assert.equal(maxTokens, 80);
      assert.equal(made.model.vocab['[SEP]'], 3);
      assert.equal(Object.keys(made.model.vocab).length, tinyVocabulary().trimEnd().split('\n').length);
      assert.deepEqual(made.normalizer, {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      });
    });

    it('When it equals what the reference library wrote, then nothing else is in it', async () => {
      const starter = join(import.meta.dirname, '../../../models/starter');
      const reference = JSON.parse(await readFile(join(starter, 'tokenizer.json'), 'utf8'));
      const tokens = Object.entries(reference.model.vocab as Record<string, number>);
      const lines = tokens.sort(([, a], [, b]) => a - b).map(([token]) => token);
      await writeFile(join(tiny.dir, 'vocab.txt'), `${lines.join('\n')}\n`);
      await writeFile(
        join(tiny.dir, 'tokenizer_config.json'),
        await readFile(join(starter, 'tokenizer_config.json')),
      );
      await change('config.json', (c) => ({ ...c, vocab_size: lines.length }));
      assert.deepEqual(JSON.parse((await read()).tokenizer.json), reference);
    });

    it('When the file was written on Windows, then its line ends are no part of the tokens', async () => {
      await writeFile(join(tiny.dir, 'vocab.txt'), tinyVocabulary().replaceAll('\n', '\r\n'));
      assert.equal(JSON.parse((await read()).tokenizer.json).model.vocab['[CLS]'], 2);
    });

    it('When tokenizer.json is there, then it is used as it is', async () => {
      const own = '{"own": 1, "model": {"vocab": {"[CLS]": 0}}}';
      await writeFile(join(tiny.dir, 'tokenizer.json'), own);
      assert.equal((await read()).tokenizer.json, own);
    });

    it('When it has more tokens than the word table, then it is refused', async () => {
      await change('config.json', (c) => ({ ...c, vocab_size: 20 }));
      await assert.rejects(read(), /the tokenizer has the id \d+, but the word table has 20 rows/);
    });

    it('When a special token is missing, then it is named', async () => {
      await writeFile(join(tiny.dir, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n');
      await assert.rejects(read(), /lacks the token \[SEP\]/);
    });

    it('When sentence_bert_config.json allows less, then that is the limit', async () => {
      await writeFile(join(tiny.dir, 'sentence_bert_config.json'), '{"max_seq_length": 40}');
      await change('tokenizer_config.json', () => ({ model_max_length: 1e30 }));
      assert.equal((await read()).tokenizer.maxTokens, 40);
    });
  });

  it('When the folder holds no weights, then the names that were looked for are told', async () => {
    const empty = join(tiny.dir, 'empty');
    await mkdir(empty);
    await writeFile(join(empty, 'config.json'), await readFile(join(tiny.dir, 'config.json')));
    await assert.rejects(readSourceModel(empty, {}), /none of model\.safetensors, .*onnx\/model\.onnx/);
  });
});
