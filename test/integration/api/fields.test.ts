import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Service, startService } from '../service.ts';

describe('fields', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  const ALLOWED = 'ner, relation, event, sentiment, classification, qa, embedding, similarity';

  async function assertRefused(body: unknown, taskType: string, error: string): Promise<void> {
    const answer = await service.predict(body);
    assert.equal(answer.status, 400, answer.text);
    assert.deepEqual(answer.json, { error, code: 'validation', request_id: answer.headers['x-request-id'] });
    assert.equal(answer.headers['x-task-type'], taskType);
    assert.equal(answer.headers['x-task-status'], 'invalid');
  }

  for (const given of [
    'summary',
    'NER',
    ' ner',
    '',
    '__proto__',
    'constructor',
    'unknown',
    5,
    null,
    ['ner'],
    {},
  ]) {
    test(`When task_type is ${JSON.stringify(given)}, then 400 lists the allowed ones`, () =>
      assertRefused(
        { task_type: given, input_text: '你好' },
        'unknown',
        `task_type is unknown; use one of ${ALLOWED}`,
      ));
  }

  test('When task_type is missing, then 400 lists the allowed ones', () =>
    assertRefused({ input_text: '你好' }, 'unknown', `task_type is missing; use one of ${ALLOWED}`));

  const blank = 'must not be empty or blank';
  for (const [body, error] of [
    [{ task_type: 'ner' }, 'input_text is missing'],
    [{ task_type: 'ner', text: '你好' }, 'input_text is missing'],
    [
      { task_type: 'ner', input_text: '你好', text: '你好' },
      'unknown field "text"; allowed: task_type, input_text, scheme',
    ],
    [
      { task_type: 'sentiment', input_text: '你好', a: 1, b: 2 },
      'unknown field "a", "b"; allowed: task_type, input_text',
    ],
    [{ task_type: 'ner', input_text: '' }, `input_text ${blank}`],
    [{ task_type: 'ner', input_text: ' \n\t\u3000\ufeff' }, `input_text ${blank}`],
    [{ task_type: 'ner', input_text: 5 }, 'input_text must be a string'],
    [{ task_type: 'ner', input_text: null }, 'input_text must be a string'],
    [{ task_type: 'ner', input_text: ['你好'] }, 'input_text must be a string'],
    [{ task_type: 'ner', input_text: { text: '你好' } }, 'input_text must be a string'],
    [
      { task_type: 'ner', input_text: '你好', scheme: 'ontonotes' },
      'scheme must be one of default, cluener, msra, boson',
    ],
    [
      { task_type: 'ner', input_text: '你好', scheme: null },
      'scheme must be one of default, cluener, msra, boson',
    ],
    [{ task_type: 'classification', input_text: '你好', scheme: 'ner' }, 'scheme must be one of topic, news'],
    [{ task_type: 'classification', input_text: '你好', labels: '好' }, 'labels must be a list of strings'],
    [{ task_type: 'classification', input_text: '你好', labels: [] }, 'labels must hold at least 2 labels'],
    [
      { task_type: 'classification', input_text: '你好', labels: ['好'] },
      'labels must hold at least 2 labels',
    ],
    [{ task_type: 'classification', input_text: '你好', labels: ['好', 5] }, 'labels[1] must be a string'],
    [{ task_type: 'classification', input_text: '你好', labels: ['好', ' '] }, `labels[1] ${blank}`],
    [
      { task_type: 'classification', input_text: '你好', labels: ['好', '好'] },
      'labels[1] "好" stands twice',
    ],
    [
      {
        task_type: 'classification',
        input_text: '你好',
        labels: Array.from({ length: 51 }, (_, i) => `${i}`),
      },
      'labels must hold at most 50 labels',
    ],
    [
      { task_type: 'classification', input_text: '你好', labels: ['好', '坏'.repeat(101)] },
      'labels[1] is longer than 100 characters',
    ],
    [
      { task_type: 'classification', input_text: '你好', labels: ['好', '坏'], scheme: 'topic' },
      'labels must not be given together with scheme',
    ],
    [
      { task_type: 'qa' },
      'input_text is missing: send "context|question", or the fields context and question',
    ],
    [{ task_type: 'qa', context: '长江很长。' }, 'question is missing'],
    [{ task_type: 'qa', question: '哪里？' }, 'context is missing'],
    [{ task_type: 'qa', context: '长江很长。', question: ' ' }, `question ${blank}`],
    [
      { task_type: 'qa', input_text: '长江很长。' },
      'input_text must be "context|question", with a question after the last |',
    ],
    [
      { task_type: 'qa', input_text: '长江很长。| ' },
      'input_text must be "context|question", with a question after the last |',
    ],
    [
      { task_type: 'qa', input_text: '长江|哪里？', question: '哪里？' },
      'input_text must not be given together with context and question',
    ],
    [{ task_type: 'similarity', text_a: '你好' }, 'text_b is missing'],
    [
      { task_type: 'similarity', text_a: '你好', text_b: '你好', input_text: '你好' },
      'unknown field "input_text"; allowed: task_type, text_a, text_b',
    ],
  ] as const) {
    test(`When the body is ${JSON.stringify(body).slice(0, 90)}, then 400: ${error}`, () =>
      assertRefused(body, body.task_type, error));
  }

  test('When input_text has 20,000 code points, then it is read, one more and it is refused', async () => {
    const longest = '𠮷'.repeat(20_000);
    const answer = await service.predict({ task_type: 'sentiment', input_text: longest });
    assert.equal(answer.status, 200, answer.text);
    for (const field of ['input_text', 'text_a'])
      await assertRefused(
        field === 'input_text'
          ? { task_type: 'sentiment', input_text: `${longest}好` }
          : { task_type: 'similarity', text_a: `${longest}好`, text_b: '好' },
        field === 'input_text' ? 'sentiment' : 'similarity',
        `${field} is longer than 20000 characters`,
      );
  });

  test('When an unknown field has a long name, then the error quotes only its beginning', () =>
    assertRefused(
      { task_type: 'sentiment', input_text: '你好', ['x'.repeat(1000)]: 1 },
      'sentiment',
      `unknown field "${'x'.repeat(50)}"; allowed: task_type, input_text`,
    ));
});
