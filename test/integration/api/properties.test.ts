import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { TASK_TYPES } from '../../../src/task-types.ts';
import { difference } from '../../../src/tasks/difference.ts';
import { type Answer, type Service, startService } from '../service.ts';

describe('properties of every answer', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  const post = (body: string | Buffer) =>
    service.send('POST', '/predict', { headers: { 'Content-Type': 'application/json' }, body });

  /** A result, or a refusal that says why: nothing else. */
  function assertAnsweredOrRefused({ status, json, text, headers }: Answer): void {
    assert.ok(status === 200 || status === 400, `${status}: ${text}`);
    assert.equal(headers['x-task-status'], status === 200 ? 'success' : 'invalid');
    if (status === 200) assert.ok('result' in json);
    else assert.ok(typeof json.error === 'string' && json.error !== '' && json.code === 'validation', text);
  }

  const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => Promise<void>, numRuns: number) =>
    fc.assert(fc.asyncProperty(arbitrary, property), { numRuns });

  /** Any UTF-16: lone surrogates, NUL and unassigned code points too. */
  const utf16 = fc
    .array(fc.nat({ max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units));
  const unicode = fc.oneof(utf16, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

  /** Sentences in which something is found, with anything between them. */
  const sentence = fc.constantFrom(
    '昨天下午，华为公司创始人任正非在深圳会见了客户代表。',
    '《平凡的世界》是作家路遥创作的一部长篇小说。',
    '据报道，雀巢公司计划于明年3月裁员2000人。',
    '长江发源于青藏高原的唐古拉山脉，在上海市注入东海。',
    'Apple Inc. 于1976年4月1日由史蒂夫·乔布斯创立。',
  );
  const noise = fc.oneof(
    unicode,
    fc.constantFrom('𠮷', '🙂', '👨‍👩‍👧', 'é', 'ﬁ', '\u0301', '|', '｜', ' ', '\n', '[SEP]', 'Ⅳ', '㎏'),
  );
  const text = fc
    .array(fc.oneof({ weight: 2, arbitrary: sentence }, { weight: 3, arbitrary: noise }), { maxLength: 8 })
    .map((parts) => parts.join(''));

  /** Every { text, start, end } anywhere in a result. */
  function spansIn(value: unknown): { text: string; start: number; end: number }[] {
    if (typeof value !== 'object' || value === null) return [];
    const own = 'text' in value ? [value as { text: string; start: number; end: number }] : [];
    return [...own, ...Object.values(value).flatMap(spansIn)];
  }

  function assertSpans(input: string, spans: { text: string; start: number; end: number }[]): number {
    const chars = Array.from(input);
    for (const { text, start, end } of spans) {
      assert.ok(start < end && end <= chars.length, `[${start}, ${end}) of ${chars.length}`);
      assert.equal(chars.slice(start, end).join(''), text);
    }
    return spans.length;
  }

  test('When any bytes come as a body, then they are answered or refused', () =>
    check(
      fc.uint8Array({ maxLength: 200 }),
      async (bytes) => assertAnsweredOrRefused(await post(Buffer.from(bytes))),
      150,
    ));

  test('When any JSON comes as a body, then it is answered or refused', () =>
    check(fc.json({ maxDepth: 6 }), async (body) => assertAnsweredOrRefused(await post(body)), 150));

  test('When fields of a request hold anything, then it is answered or refused', () => {
    const field = fc.oneof(unicode, fc.jsonValue({ maxDepth: 2 }), fc.array(unicode, { maxLength: 4 }));
    const body = fc.record(
      {
        task_type: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...TASK_TYPES) },
          { weight: 1, arbitrary: field },
        ),
        input_text: field,
        scheme: fc.oneof(fc.constantFrom('default', 'cluener', 'topic', 'news'), field),
        labels: fc.oneof(fc.array(unicode, { minLength: 2, maxLength: 5 }), field),
        context: field,
        question: field,
        text_a: field,
        text_b: field,
      },
      { requiredKeys: ['task_type'] },
    );
    return check(body, async (value) => assertAnsweredOrRefused(await service.predict(value)), 300);
  });

  for (const task_type of ['ner', 'relation', 'event'] as const) {
    test(`When ${task_type} is asked of any text, then the code points [start, end) equal each found text`, async () => {
      let found = 0;
      await check(
        text,
        async (input_text) => {
          const answer = await service.predict({ task_type, input_text });
          assertAnsweredOrRefused(answer);
          assert.equal(answer.status, input_text.trim() === '' ? 400 : 200);
          if (answer.status === 200) found += assertSpans(input_text, spansIn(answer.json.result));
        },
        60,
      );
      assert.ok(found > 0, 'no text had anything to find');
    });
  }

  test('When ner is asked with any scheme, then the code points [start, end) equal each found text', () =>
    check(
      fc.record({ input_text: text, scheme: fc.constantFrom('cluener', 'msra', 'boson') }),
      async (body) => {
        const answer = await service.predict({ task_type: 'ner', ...body });
        assertAnsweredOrRefused(answer);
        if (answer.status === 200) assertSpans(body.input_text, spansIn(answer.json.result));
      },
      40,
    ));

  test('When qa is asked of any context, by fields or joined, then the code points [start, end) equal the answer', async () => {
    let answers = 0;
    await check(
      fc.record({ context: text, question: text, mark: fc.constantFrom('|', '｜', undefined) }),
      async ({ context, question, mark }) => {
        const input = mark === undefined ? context : `${context}${mark}${question}`;
        const asked = mark === undefined ? { context, question } : { input_text: input };
        const answer = await service.predict({ task_type: 'qa', ...asked });
        assertAnsweredOrRefused(answer);
        if (answer.status !== 200 || answer.json.result.answer === null) return;
        const { answer: found, start, end } = answer.json.result;
        answers += assertSpans(input, [{ text: found, start, end }]);
      },
      80,
    );
    assert.ok(answers > 0, 'no context had an answer');
  });

  test('When one text is asked twice, alone and among others, then the answer is the same', () =>
    check(
      fc.array(fc.tuple(fc.constantFrom('ner', 'sentiment', 'embedding', 'relation'), text), {
        minLength: 2,
        maxLength: 6,
      }),
      async (asked) => {
        const bodies = asked.map(([task_type, input_text]) => ({ task_type, input_text }));
        const together = await Promise.all(bodies.map((body) => service.predict(body)));
        for (const [i, body] of bodies.entries()) {
          const { json } = await service.predict(body);
          const differs = difference(json.result ?? json.code, together[i]?.json.result ?? json.code, 0.001);
          assert.equal(differs, undefined);
        }
      },
      15,
    ));
});
