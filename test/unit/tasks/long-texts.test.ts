import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from '../../model/ask.ts';
import { createScriptedEngine, idOf, noise } from '../../model/scripted-engine.ts';
import { starterManifest } from '../../model/starter.ts';

const heads = starterManifest.extractor?.heads;
const { ner, qa, sentiment } = heads ?? {};
assert.ok(ner && qa && sentiment);

const MARKED = await idOf('雷');
const sentence = '雷军今天来了，大家都很高兴。';

test('When a text has many windows, then each entity is found where it stands', async () => {
  const [offset, begin] = [ner.schemes.msra?.offset ?? 0, ner.schemes.msra?.tags.indexOf('B-PER') ?? 0];
  const engine = createScriptedEngine({
    logits(_, { columns, data }, { ids }) {
      ids.forEach((id, row) => {
        data[row * columns + offset + (id === MARKED ? begin : 0)] = 9;
      });
    },
  });
  const { result, truncated } = await ask(engine, {
    task_type: 'ner',
    scheme: 'msra',
    input_text: `👍${sentence.repeat(100)}`,
  });
  assert.deepEqual(
    (result as { start: number; text: string }[]).map(({ start, text }) => [start, text]),
    Array.from({ length: 100 }, (_, i) => [1 + i * sentence.length, '雷']),
  );
  assert.equal(truncated, false);
  assert.ok(engine.asked.length > 5);
  for (const { ids } of engine.asked) {
    assert.ok(ids.length <= ner.window_tokens + 2);
    assert.deepEqual([ids[0], ids.at(-1)], [101, 102]);
  }
});

test('When a text is as long as allowed, then the event loop turns between its windows', async () => {
  let turns = 0;
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  const engine = createScriptedEngine({ logits: noise(1, 3, 3) });
  const extract = engine.extract.bind(engine);
  engine.extract = async (...asked) => {
    const logits = await extract(...asked);
    setImmediate(turn);
    return logits;
  };
  await ask(engine, { task_type: 'ner', input_text: '甲'.repeat(20_000) });
  done = true;
  assert.ok(turns > 5, `${turns} turns`);
});

test('When a text for a sentence head does not fit, then the answer is marked truncated', async () => {
  for (const [length, truncated] of [
    [sentiment.window_tokens, false],
    [sentiment.window_tokens + 1, true],
  ] as const) {
    const engine = createScriptedEngine();
    const answer = await ask(engine, { task_type: 'sentiment', input_text: '好'.repeat(length) });
    assert.equal(answer.truncated, truncated);
    assert.equal(engine.asked[0]?.ids.length, sentiment.window_tokens + 2);
    assert.equal(answer.tokens, 0);
  }
});

test('When a text for vectors does not fit, then the answer is marked truncated', async () => {
  const long = '好'.repeat(511);
  for (const body of [
    { task_type: 'embedding', input_text: long },
    { task_type: 'similarity', text_a: '好', text_b: long },
    { task_type: 'classification', input_text: long, labels: ['甲', '乙'] },
  ]) {
    const engine = createScriptedEngine();
    assert.equal((await ask(engine, body)).truncated, true);
    assert.equal(Math.max(...engine.asked.map(({ ids }) => ids.length)), 512);
  }
});

test('When a context is long, then its windows overlap by strides and read every token', async () => {
  const context = Array.from({ length: 900 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  const engine = createScriptedEngine();
  const { truncated } = await ask(engine, { task_type: 'qa', context, question: '谁？' });
  const read = new Set<number>();
  for (const { ids, types } of engine.asked) {
    assert.ok(ids.length <= qa.window_tokens);
    assert.equal(types?.length, ids.length);
    ids.forEach((id, i) => {
      if (types?.[i] === 1) read.add(id);
    });
  }
  const whole = await engine.extractor.tokenize(context, {} as never);
  for (const id of whole.ids) assert.ok(read.has(id));
  assert.equal(truncated, false);
});

test('When a question is long, then it is cut to its share of the window and the answer says so', async () => {
  const engine = createScriptedEngine();
  const answer = await ask(engine, { task_type: 'qa', context: '甲'.repeat(50), question: '谁'.repeat(60) });
  assert.equal(answer.truncated, true);
  assert.equal(engine.asked[0]?.types?.indexOf(1), qa.question_tokens);
});
