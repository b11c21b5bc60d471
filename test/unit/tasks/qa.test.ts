import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitQuestion } from '../../../src/tasks/split-question.ts';
import { ask } from '../../model/ask.ts';
import type { Script } from '../../model/scripted-engine.ts';
import { createScriptedEngine } from '../../model/scripted-engine.ts';

/** Start and end logits on the first context token; the null token's are 0. */
const margin =
  (value: number): NonNullable<Script['logits']> =>
  (_, { data }, { types = [] }) => {
    data.fill(-99, 2);
    data.fill(value / 2, 2 * types.indexOf(1), 2 * types.indexOf(1) + 2);
  };
const answer = async (value: number, body: object) =>
  (await ask(createScriptedEngine({ logits: margin(value) }), { task_type: 'qa', ...body })).result;

test('When the margin reaches the null margin, then the answer is given with its probability', async () => {
  assert.deepEqual(await answer(2, { input_text: '甲乙|谁？' }), {
    answer: '甲',
    start: 0,
    end: 1,
    score: 0.880797,
  });
});

test('When the margin is below the null margin, then the answer is null', async () => {
  assert.deepEqual(await answer(1.9, { input_text: '甲乙|谁？' }), {
    answer: null,
    start: null,
    end: null,
    score: 0.869892,
  });
});

test('When the context is empty or holds no token, then the answer is null and no graph runs', async () => {
  for (const context of ['', ' ', '\u200b']) {
    const engine = createScriptedEngine();
    const { result, empty } = await ask(engine, { task_type: 'qa', context, question: '谁？' });
    assert.deepEqual(result, { answer: null, start: null, end: null, score: 0 });
    assert.equal(empty, true);
    assert.deepEqual(engine.asked, []);
  }
});

test('When the context holds bars, then the split is at the last one that has a question', () => {
  assert.deepEqual(splitQuestion('甲|乙|谁？'), { context: '甲|乙', question: '谁？' });
  assert.deepEqual(splitQuestion('甲｜谁？'), { context: '甲', question: '谁？' });
  assert.deepEqual(splitQuestion('甲|谁？| '), { context: '甲', question: '谁？| ' });
  assert.deepEqual(splitQuestion('|谁？'), { context: '', question: '谁？' });
  assert.equal(splitQuestion('甲乙'), undefined);
  assert.equal(splitQuestion('甲|'), undefined);
});

test('When both forms ask the same, then the answers are equal', async () => {
  assert.deepEqual(
    await answer(5, { input_text: ' 甲乙|谁？' }),
    await answer(5, { context: ' 甲乙', question: '谁？' }),
  );
});
