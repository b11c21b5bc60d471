import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSource } from '../../../src/model/hub/parse-source.ts';

describe('parseSource', () => {
  it('When a hub is named or not, then the model and its revision are told apart', () => {
    const large = { kind: 'hugging-face', id: 'thenlper/gte-large-zh' };
    assert.deepEqual(parseSource('thenlper/gte-large-zh'), { ...large, revision: undefined });
    assert.deepEqual(parseSource('hf:thenlper/gte-large-zh@v1.0'), { ...large, revision: 'v1.0' });
    assert.deepEqual(parseSource('modelscope:iic/nlp_gte_sentence-embedding_chinese-large'), {
      kind: 'modelscope',
      id: 'iic/nlp_gte_sentence-embedding_chinese-large',
      revision: undefined,
    });
  });

  it('When it begins like a path, then it is a folder', () => {
    for (const dir of ['./model', '../model', '/srv/model', '~/model'])
      assert.deepEqual(parseSource(dir), { kind: 'folder', dir });
  });

  it('When it is neither, then the forms are named', () => {
    for (const text of [
      'gte-large-zh',
      'a/b/c',
      'a/b@',
      'a/b@c@d',
      'a b/c',
      'org/..',
      'https://huggingface.co/a/b',
      '',
    ])
      assert.throws(() => parseSource(text), /is no model: write org\/name/, text);
  });
});
