import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createInputDescription } from '../../../src/http/describe-input.ts';

const textKey = randomBytes(32);
const describe = createInputDescription({ textKey, text: false });

test('When a body has a text, then its length in code points and a hash are told, and nothing of it', () => {
  const told = describe({ task_type: 'ner', input_text: '张三😀' });
  assert.deepEqual(Object.keys(told ?? {}), ['input_code_points', 'input_hash']);
  assert.match(JSON.stringify(told), /^\{"input_code_points":3,"input_hash":"[0-9a-f]{16}"\}$/);
});

test('When a text comes again, for another task too, then its hash is the same; under another key it is not', () => {
  const first = describe({ task_type: 'ner', input_text: '你好' });
  assert.deepEqual(describe({ task_type: 'event', input_text: '你好', scheme: 'x' }), first);
  assert.notDeepEqual(describe({ task_type: 'ner', input_text: '你坏' }), first);
  const other = createInputDescription({ textKey: randomBytes(32), text: false });
  assert.notDeepEqual(other({ task_type: 'ner', input_text: '你好' }), first);
});

test('When a body has several texts, then their order in it does not matter and their borders do', () => {
  const told = describe({ task_type: 'similarity', text_a: '甲', text_b: '乙丙' });
  assert.deepEqual(describe({ text_b: '乙丙', text_a: '甲', task_type: 'similarity' }), told);
  assert.notDeepEqual(describe({ text_a: '甲乙', text_b: '丙' }), told);
});

test('When a body has no text, then nothing is told', () => {
  for (const body of [undefined, null, 5, 'text', [], ['text'], {}, { task_type: 'ner' }, { input_text: 5 }])
    assert.equal(describe(body), undefined);
});

test('When texts are to be logged, then they are told too', () => {
  const told = createInputDescription({ textKey, text: true })({ labels: ['甲', '乙'], input_text: '丙' });
  assert.deepEqual((told as { input: string[] }).input, ['丙', '甲', '乙']);
});
