import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { StartError } from '../../../src/errors.ts';
import { loadManifest } from '../../../src/model/manifest.ts';
import { starterJson } from '../../model/starter.ts';

describe('loadManifest', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'manifest-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** One sentence: the file, then the pattern. */
  function sentence(pattern: RegExp) {
    return (error: unknown) => {
      assert.ok(error instanceof StartError);
      assert.ok(error.message.includes(join(dir, 'manifest.json')), error.message);
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    };
  }

  test('When the folder has no manifest, then the error names the file', async () => {
    await assert.rejects(loadManifest(dir), sentence(/can't be read \(ENOENT\)$/));
  });

  test('When the manifest is not JSON, then the error says so', async () => {
    await writeFile(join(dir, 'manifest.json'), '{"name": "starter"');
    await assert.rejects(loadManifest(dir), sentence(/is not JSON/));
  });

  test('When a folder has only an encoder or only an extractor, then its manifest is good', async () => {
    for (const part of ['extractor', 'encoder']) {
      const json = starterJson();
      delete json[part];
      await writeFile(join(dir, 'manifest.json'), JSON.stringify(json));
      assert.equal((await loadManifest(dir))[part as 'encoder'], undefined);
    }
  });

  // biome-ignore lint/suspicious/noExplicitAny: plain JSON, damaged by path
  const faults: [string, (json: any) => unknown, RegExp][] = [
    ['it has another version', (m) => (m.manifest_version = 2), /: manifest_version: /],
    ['a field is missing', (m) => delete m.extractor.sha256, /: extractor\.sha256: /],
    ['a field is misspelt', (m) => (m.encodr = {}), /"encodr"/],
    ['a hash is cut', (m) => (m.tokenizer.sha256 = 'abc'), /: tokenizer\.sha256: must be a SHA-256/],
    [
      'a file lies outside the folder',
      (m) => (m.encoder.file = '../x.onnx'),
      /: encoder\.file: must name a file inside/,
    ],
    ['a file lies outside, further down', (m) => (m.encoder.file = 'a/../../x'), /: encoder\.file: /],
    ['a file is absolute', (m) => (m.extractor.file = '/etc/passwd'), /: extractor\.file: /],
    [
      'it has no graph',
      (m) => [delete m.extractor, delete m.encoder],
      /names neither an extractor nor an encoder/,
    ],
    [
      'it has no head',
      (m) => (m.extractor.heads = {}),
      /: extractor\.heads: must describe at least one head/,
    ],
    [
      'a tag is missing',
      (m) => m.extractor.heads.ner.schemes.msra.tags.pop(),
      /: extractor\.heads\.ner\.schemes\.msra\.tags: has 6 tags, but its 3 types need 7/,
    ],
    [
      'a tag belongs to no type',
      (m) => (m.extractor.heads.ner.schemes.msra.tags[1] = 'B-GPE'),
      /\.msra\.tags: lacks the tag "B-LOC"/,
    ],
    [
      'a scheme overlaps the one before it',
      (m) => (m.extractor.heads.ner.schemes.msra.offset = 20),
      /\.msra\.offset: is 20, but the columns before it end at 21/,
    ],
    [
      'a default type names an unknown scheme',
      (m) => (m.extractor.heads.ner.default[0].scheme = 'conll'),
      /\.ner\.default\.0\.scheme: "conll" is not among the schemes/,
    ],
    [
      'a default type names an unknown tag',
      (m) => (m.extractor.heads.ner.default[0].tag = 'GPE'),
      /\.ner\.default\.0\.tag: "GPE" is not a type of the scheme "msra"/,
    ],
    [
      'a predicate stands twice',
      (m) => (m.extractor.heads.relation.predicates[1] = m.extractor.heads.relation.predicates[0]),
      /\.relation\.predicates\.1: "丈夫" stands twice/,
    ],
    ['a block of columns is missing', (m) => m.extractor.heads.relation.order.pop(), /\.relation\.order: /],
    [
      'an event type has an unknown role',
      (m) => (m.extractor.heads.event.roles_of['交往-会见'] = ['路人']),
      /\.event\.roles_of\.交往-会见\.0: "路人" is not among the roles/,
    ],
    [
      'roles are given to an unknown event type',
      (m) => (m.extractor.heads.event.roles_of.交往 = ['时间']),
      /\.event\.roles_of\.交往: is not among the types/,
    ],
    [
      'an event type has no roles',
      (m) => delete m.extractor.heads.event.roles_of['交往-会见'],
      /\.event\.roles_of: lacks the type "交往-会见"/,
    ],
    [
      'the strides of qa jump over tokens',
      (m) => (m.extractor.heads.qa.stride_tokens = 200),
      /\.qa\.stride_tokens: is larger than the 175 context tokens of a window/,
    ],
    [
      'a question leaves no room for the context',
      (m) => (m.extractor.heads.qa.question_tokens = 224),
      /\.qa\.window_tokens: leaves no room/,
    ],
    [
      'the null token lies in the context',
      (m) => (m.extractor.heads.qa.null_token = 60),
      /\.qa\.null_token: /,
    ],
    [
      'a window is longer than the model can read',
      (m) => (m.extractor.heads.sentiment.window_tokens = 511),
      /\.sentiment\.window_tokens: needs 513 tokens, but tokenizer\.max_tokens is 512/,
    ],
    [
      'the default scheme is unknown',
      (m) => (m.extractor.heads.classification.default = 'books'),
      /\.classification\.default: is not among the schemes/,
    ],
    ['a temperature is 0', (m) => (m.labels.temperature = 0), /: labels\.temperature: /],
    ['a golden row is of no known task', (m) => (m.golden.rows[2].task = 'translate'), /: golden\.rows\.2/],
  ];

  describe('When the manifest is wrong, then one sentence names the file and the field', () => {
    for (const [fault, damage, pattern] of faults)
      test(fault, async () => {
        const json = starterJson();
        damage(json);
        await writeFile(join(dir, 'manifest.json'), JSON.stringify(json));
        await assert.rejects(loadManifest(dir), sentence(pattern));
      });
  });
});
