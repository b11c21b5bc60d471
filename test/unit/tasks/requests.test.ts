import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { ValidationError } from '../../../src/errors.ts';
import { createTasks } from '../../../src/tasks/index.ts';
import { ask } from '../../model/ask.ts';
import { createScriptedEngine } from '../../model/scripted-engine.ts';
import { starterManifest } from '../../model/starter.ts';

const engine = createScriptedEngine();
const all = 'ner, relation, event, sentiment, classification, qa, embedding, similarity';
const ner = { task_type: 'ner', input_text: '甲' };
const topic = { task_type: 'classification', input_text: '甲' };

const refused: [string, unknown, string][] = [
  ['it is a list', [ner], 'the body must be a JSON object with the field task_type'],
  ['it is null', null, 'the body must be a JSON object with the field task_type'],
  ['it has no task type', { input_text: '甲' }, `task_type is missing; use one of ${all}`],
  ['its task type is unknown', { task_type: 'translate' }, `task_type is unknown; use one of ${all}`],
  [
    'its task type is a name of Object',
    { task_type: 'constructor' },
    `task_type is unknown; use one of ${all}`,
  ],
  ['its task type is no string', { task_type: ['ner'] }, `task_type is unknown; use one of ${all}`],
  ['its task type is inherited', Object.create(ner), `task_type is missing; use one of ${all}`],
  ['a field is unknown', { ...ner, text: 1 }, 'unknown field "text"; allowed: task_type, input_text, scheme'],
  [
    'a field is called __proto__',
    JSON.parse('{"task_type":"ner","input_text":"甲","__proto__":{"scheme":"msra"}}'),
    'unknown field "__proto__"; allowed: task_type, input_text, scheme',
  ],
  ['the text is missing', { task_type: 'ner' }, 'input_text is missing'],
  ['the text is a number', { task_type: 'ner', input_text: 1 }, 'input_text must be a string'],
  ['the text is empty', { ...ner, input_text: '' }, 'input_text must not be empty or blank'],
  ['the text is blank', { ...ner, input_text: ' \u3000\n' }, 'input_text must not be empty or blank'],
  [
    'the text is too long',
    { ...ner, input_text: '甲'.repeat(20_001) },
    'input_text is longer than 20000 characters',
  ],
  [
    'the scheme is unknown',
    { ...ner, scheme: 'conll' },
    'scheme must be one of default, cluener, msra, boson',
  ],
  ['the scheme is of another task', { ...topic, scheme: 'msra' }, 'scheme must be one of topic, news'],
  ['labels are no list', { ...topic, labels: '甲' }, 'labels must be a list of strings'],
  ['there is one label', { ...topic, labels: ['甲'] }, 'labels must hold at least 2 labels'],
  [
    'there are 51 labels',
    { ...topic, labels: Array.from({ length: 51 }, (_, i) => `${i}`) },
    'labels must hold at most 50 labels',
  ],
  ['labels are equal', { ...topic, labels: ['甲', '乙', '甲'] }, 'labels[2] "甲" stands twice'],
  ['a label is blank', { ...topic, labels: ['甲', ' '] }, 'labels[1] must not be empty or blank'],
  [
    'a label is long',
    { ...topic, labels: ['甲', '乙'.repeat(101)] },
    'labels[1] is longer than 100 characters',
  ],
  [
    'labels and scheme are given',
    { ...topic, labels: ['甲', '乙'], scheme: 'news' },
    'labels must not be given together with scheme',
  ],
  ['the second text is missing', { task_type: 'similarity', text_a: '甲' }, 'text_b is missing'],
  [
    'qa has nothing',
    { task_type: 'qa' },
    'input_text is missing: send "context|question", or the fields context and question',
  ],
  ['qa has no question', { task_type: 'qa', context: '甲' }, 'question is missing'],
  ['qa has no context', { task_type: 'qa', question: '甲' }, 'context is missing'],
  [
    'qa has both forms',
    { task_type: 'qa', input_text: '甲|乙', question: '甲' },
    'input_text must not be given together with context and question',
  ],
  [
    'qa has nothing behind |',
    { task_type: 'qa', input_text: '甲乙| ' },
    'input_text must be "context|question", with a question after the last |',
  ],
];

describe('When a body is wrong, then it is refused in a sentence that names the field', () => {
  for (const [what, body, message] of refused)
    test(what, async () => {
      await assert.rejects(ask(engine, body), { name: ValidationError.name, status: 400, message });
    });
});

const odd = ['\ud800', '\0\u0007', '\u200b', `e${'\u0301'.repeat(19_999)}`, '😀'.repeat(20_000), '[SEP]'];
for (const task_type of ['ner', 'relation', 'event', 'sentiment', 'classification', 'embedding'])
  test(`When a text for ${task_type} is odd, then it is answered all the same`, async () => {
    for (const input_text of odd) {
      const { taskType, tokens } = await ask(engine, { task_type, input_text });
      assert.equal(taskType, task_type);
      assert.ok(Number.isInteger(tokens));
    }
  });

test('When a text matches the published pattern, then it is accepted, and else refused', () => {
  const qa = ['甲|乙', '甲| ', '甲', '|甲', '｜\n甲|\ufeff'];
  for (const task of createTasks(starterManifest)) {
    assert.ok('input' in task);
    const { properties } = z.toJSONSchema(task.input) as { properties: Record<string, { pattern?: string }> };
    const { pattern } = properties.input_text ?? {};
    if (pattern === undefined) continue;
    for (const input_text of [' ', '\ufeff', '\u00a0\u3000', '\u0085', '\u200b', ' 甲', ...qa]) {
      const { success } = task.input.safeParse({ task_type: task.type, input_text });
      assert.equal(
        success,
        new RegExp(pattern, 'u').test(input_text),
        `${task.type} ${JSON.stringify(input_text)}`,
      );
    }
  }
});
