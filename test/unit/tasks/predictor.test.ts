import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, ValidationError } from '../../../src/errors.ts';
import { createTasks } from '../../../src/tasks/index.ts';
import { createPredictor } from '../../../src/tasks/predictor.ts';
import { createScriptedEngine } from '../../model/scripted-engine.ts';
import { starterManifest } from '../../model/starter.ts';

const engine = createScriptedEngine();
const predictor = createPredictor(createTasks(starterManifest), engine);
const signal = new AbortController().signal;

test('When a request is answered, then the answer names task and model', async () => {
  const body = { task_type: 'ner', input_text: '甲' };
  const { taskType, model } = await predictor.predict(body, { signal, timeoutMs: 1000 });
  assert.deepEqual([taskType, model], ['ner', 'starter@1.0.0']);
});

test('When the body is wrong, then the task type is told before the error', async () => {
  const told: string[] = [];
  const options = { signal, timeoutMs: 1000, onTaskType: (type: string) => told.push(type) };
  await assert.rejects(predictor.predict({ task_type: 'qa', foo: 1 }, options), ValidationError);
  assert.deepEqual(told, ['qa']);
  await assert.rejects(predictor.predict({ task_type: 'secret' }, options), ValidationError);
  assert.deepEqual(told, ['qa']);
});

test('When the engine takes its time, then the stages add up to the time in the predictor', async () => {
  const slow = createScriptedEngine();
  const extract = slow.extract.bind(slow);
  slow.extract = async (sequences, outputs, call) => {
    call.stages.queue += 0.25;
    call.stages.infer += 1000;
    call.tokens += 3;
    return extract(sequences, outputs, call);
  };
  const startedAt = performance.now();
  const { stages, tokens } = await createPredictor(createTasks(starterManifest), slow).predict(
    { task_type: 'sentiment', input_text: '甲' },
    { signal, timeoutMs: 1000 },
  );
  assert.deepEqual([stages.queue, stages.infer, stages.decode, tokens], [0.25, 1000, 0, 3]);
  const usual = await predictor.predict({ task_type: 'ner', input_text: '甲' }, { signal, timeoutMs: 1000 });
  const sum = Object.values(usual.stages).reduce((a, b) => a + b, 0);
  assert.ok(usual.stages.decode > 0 && sum <= (performance.now() - startedAt) / 1000);
});

test('When a call is made, then its deadline is the time-out from now', async () => {
  const asked: number[] = [];
  const watched = createScriptedEngine();
  const embed = watched.embed.bind(watched);
  watched.embed = (sequences, call) => {
    asked.push(call.deadline - performance.now(), call.timeoutMs);
    return embed(sequences, call);
  };
  await createPredictor(createTasks(starterManifest), watched).predict(
    { task_type: 'embedding', input_text: '甲' },
    { signal, timeoutMs: 5000 },
  );
  const [left = 0, timeoutMs] = asked;
  assert.ok(left <= 5000 && left > 0);
  assert.equal(timeoutMs, 5000);
});

test('When the client leaves while windows are decoded, then the rest is not', async () => {
  const controller = new AbortController();
  const leaving = createScriptedEngine({ logits: () => controller.abort(new CancelledError('infer')) });
  await assert.rejects(
    createPredictor(createTasks(starterManifest), leaving).predict(
      { task_type: 'relation', input_text: '甲'.repeat(500) },
      { signal: controller.signal, timeoutMs: 1000 },
    ),
    CancelledError,
  );
});
