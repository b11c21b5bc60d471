import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, type Service, startService } from '../service.ts';

describe('hostile texts', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  /** Bodies that JSON.stringify would not write. */
  const post = (body: string): Promise<Answer> =>
    service.send('POST', '/predict', { headers: { 'Content-Type': 'application/json' }, body });

  test('When the body has a __proto__ key, then it is an unknown field like any other', async () => {
    const answer = await post(
      '{"task_type":"sentiment","input_text":"你好","__proto__":{"input_text":"坏"}}',
    );
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json.error, 'unknown field "__proto__"; allowed: task_type, input_text');
    assert.equal(({} as Record<string, unknown>).input_text, undefined);
  });

  test('When the task type hides in __proto__, then it is missing', async () => {
    const answer = await post('{"__proto__":{"task_type":"ner","input_text":"你好"}}');
    assert.equal(answer.status, 400);
    assert.match(answer.json.error, /^task_type is missing;/);
  });

  test('When a key stands twice, then the last one counts', async () => {
    const answer = await post(
      '{"task_type":"ner","task_type":"sentiment","input_text":"坏","input_text":"很好"}',
    );
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.task_type, 'sentiment');
    assert.equal(answer.json.result.label, 'positive');
  });

  for (const [what, nest] of [
    ['arrays', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
    ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
  ] as const) {
    test(`When ${what} are nested as deep as a body allows, then 400 names the fault`, async () => {
      const deep = nest(what === 'arrays' ? 100_000 : 40_000);
      for (const [body, error] of [
        [deep, what === 'arrays' ? /must be a JSON object/ : /^task_type is missing/],
        [`{"task_type":${deep}}`, /^task_type is unknown/],
        [`{"task_type":"ner","input_text":${deep}}`, /^input_text must be a string/],
        [`{"task_type":"ner","input_text":"你好","x":${deep}}`, /^unknown field "x"/],
        [
          `{"task_type":"classification","input_text":"你好","labels":["a",${deep}]}`,
          /^labels\[1\] must be a string/,
        ],
        [deep.slice(0, -1), /^the body is not valid JSON/],
      ] as const) {
        const answer = await post(body);
        assert.equal(answer.status, 400, answer.text);
        assert.match(answer.json.error, error);
      }
    });
  }

  const EXTRACTORS = ['ner', 'relation', 'event'] as const;
  const READERS = ['sentiment', 'classification', 'embedding'] as const;

  for (const [what, piece] of [
    ['a NUL character', '任正非\0在深圳'],
    ['lone surrogates', '\ud800任正非\udc00在深圳\udbff'],
    ['only a lone surrogate', '\udfff'],
    ['only a NUL character', '\0'],
    ['only zero-width characters', '\u200b\u200d'],
    ['characters that no font has', '\u{10ffff}\ufffe\ufdd0任正非\u{e0001}'],
    ['right-to-left overrides', '\u202e任正非\u202c在深圳'],
    ['emoji of several code points', '👨‍👩‍👧‍👦任正非🇨🇳在👍🏽深圳'],
    ['names of special tokens', '[SEP]任正非[CLS]在[PAD]深圳[MASK][UNK]'],
    ['20,000 combining marks', `a${'\u0301'.repeat(19_999)}`],
    ['one word of 20,000 letters', 'x'.repeat(20_000)],
    ['20,000 spaces around a word', `${' '.repeat(10_000)}好${' '.repeat(9_999)}`],
  ] as const) {
    test(`When the text holds ${what}, then every task answers and offsets fit`, async () => {
      const chars = Array.from(piece);
      for (const task_type of EXTRACTORS) {
        const answer = await service.predict({ task_type, input_text: piece });
        assert.equal(answer.status, 200, `${task_type}: ${answer.text.slice(0, 200)}`);
        for (const span of spansIn(answer.json.result))
          assert.equal(chars.slice(span.start, span.end).join(''), span.text);
      }
      for (const task_type of READERS) {
        const answer = await service.predict({ task_type, input_text: piece });
        assert.equal(answer.status, 200, `${task_type}: ${answer.text.slice(0, 200)}`);
      }
      const asked = await service.predict({ task_type: 'qa', context: piece, question: '谁在深圳？' });
      assert.equal(asked.status, 200, asked.text.slice(0, 200));
      const { answer: text, start, end } = asked.json.result;
      if (text !== null) assert.equal(chars.slice(start, end).join(''), text);
      const similar = await service.predict({ task_type: 'similarity', text_a: piece, text_b: '任正非' });
      assert.equal(similar.status, 200, similar.text.slice(0, 200));
    });
  }

  test('When a special token is named in the text, then it is text: the answer differs from one without it', async () => {
    const ask = async (context: string) =>
      (await service.predict({ task_type: 'embedding', input_text: context })).json.result.embedding[0];
    assert.notEqual(await ask('任正非[SEP]在深圳'), await ask('任正非 在深圳'));
  });

  test('When a found span holds a lone surrogate, then the answer is still valid UTF-8 JSON', async () => {
    const answer = await service.predict({
      task_type: 'ner',
      input_text: '任正\ud800非在深圳会见了客户代表。',
    });
    assert.equal(answer.status, 200);
    assert.ok(!answer.text.includes('\ufffd'), answer.text);
  });

  /** Every { text, start, end } anywhere in a result. */
  function spansIn(value: unknown): { text: string; start: number; end: number }[] {
    if (typeof value !== 'object' || value === null) return [];
    const own = 'text' in value ? [value as { text: string; start: number; end: number }] : [];
    return [...own, ...Object.values(value).flatMap(spansIn)];
  }
});
