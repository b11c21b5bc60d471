import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineManifests } from '../../../src/model/combine-manifests.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { createTasks } from '../../../src/tasks/index.ts';
import { ask } from '../../model/ask.ts';
import { createScriptedEngine, idOf } from '../../model/scripted-engine.ts';
import { starterManifest } from '../../model/starter.ts';

const { extractor: _, ...encoderOnly } = starterManifest;
const { encoder: __, ...extractorOnly } = starterManifest;
const { labels: ___, ...withoutTemperature } = starterManifest;
const { labels: ____, ...encoderAlone } = encoderOnly;
const unavailable = (manifest: Manifest) =>
  createTasks(manifest).flatMap((task) => ('unavailable' in task ? [task.type] : []));

const NEAR = await idOf('近');

/** A text lies on axis 0, labels at cosines 1 and 0.9 from it. */
const vector = ({ ids }: { readonly ids: readonly number[] }) => {
  const near = ids.includes(NEAR) ? 0.9 : 1;
  const found = new Float32Array(512);
  found[0] = near;
  found[1] = Math.sqrt(1 - near * near);
  return found;
};

test("When a head chooses, then the result is the most probable label and everyone's share", async () => {
  const engine = createScriptedEngine({ logits: (_, { data }) => data.set([0, Math.log(3)]) });
  const { result, labels, confidences } = await ask(engine, { task_type: 'sentiment', input_text: '好' });
  assert.deepEqual(result, {
    label: 'positive',
    name: '正面',
    score: 0.75,
    scores: { negative: 0.25, positive: 0.75 },
  });
  assert.deepEqual([labels, confidences], [['positive'], [0.75]]);
});

test('When no scheme is named, then the default one answers', async () => {
  const input = { task_type: 'classification', input_text: '好' };
  const { result } = await ask(createScriptedEngine(), input);
  const named = await ask(createScriptedEngine(), { ...input, scheme: 'topic' });
  assert.deepEqual(result, named.result);
});

test("When labels are the caller's own, then they share the softmax of cosine ÷ temperature", async () => {
  const engine = createScriptedEngine({ vector });
  const body = { task_type: 'classification', input_text: '甲', labels: ['近', '同'] };
  const { result, labels } = await ask(engine, body);
  const share = 1 / (1 + Math.exp(-0.1 / (starterManifest.labels?.temperature ?? 0)));
  assert.ok(Math.abs((result as { score: number }).score - share) < 1e-4);
  assert.equal((result as { label: string }).label, '同');
  assert.deepEqual(labels, ['custom']);
});

test('When labels are named like properties of an object, then they are labels', async () => {
  const body = { task_type: 'classification', input_text: '甲', labels: ['__proto__', 'constructor'] };
  const { result } = await ask(createScriptedEngine(), body);
  assert.deepEqual(Object.keys((result as { scores: object }).scores), body.labels);
});

test('When two texts are compared, then the score is their cosine', async () => {
  const engine = createScriptedEngine({ vector });
  const { result } = await ask(engine, { task_type: 'similarity', text_a: '甲', text_b: '近' });
  assert.deepEqual(result, { score: 0.9 });
});

test('When the folder has no extractor, then vectors and own labels are served, and the rest say why not', async () => {
  assert.deepEqual(unavailable(encoderOnly), ['ner', 'relation', 'event', 'sentiment', 'qa']);
  const engine = createScriptedEngine({ manifest: encoderOnly });
  await assert.rejects(ask(engine, { task_type: 'ner', input_text: '甲' }), {
    status: 400,
    message: "the model starter can't do ner: it has no extractor",
  });
  await assert.rejects(ask(engine, { task_type: 'classification', input_text: '甲' }), {
    message: 'labels is missing: this model has no labels of its own',
  });
  await ask(engine, { task_type: 'classification', input_text: '甲', labels: ['甲', '乙'] });
});

test('When the folder has no encoder, then everything but vectors is served', async () => {
  assert.deepEqual(unavailable(extractorOnly), ['embedding', 'similarity']);
  const engine = createScriptedEngine({ manifest: extractorOnly });
  await ask(engine, { task_type: 'classification', input_text: '甲' });
  await assert.rejects(ask(engine, { task_type: 'classification', input_text: '甲', labels: ['甲', '乙'] }), {
    status: 400,
    message: 'labels is not possible: this model has no encoder to compare them with the text',
  });
});

test('When the manifest has no temperature for own labels, then that is the reason they are refused for', async () => {
  const body = { task_type: 'classification', input_text: '甲', labels: ['甲', '乙'] };
  await assert.rejects(ask(createScriptedEngine({ manifest: withoutTemperature }), body), {
    status: 400,
    message: "labels is not possible: this model's manifest has no labels.temperature",
  });
  await assert.rejects(ask(createScriptedEngine({ manifest: encoderAlone }), body), {
    status: 400,
    message: "the model starter can't do classification: its manifest has no labels.temperature",
  });
});

test('When an encoder without a temperature stands beside the starter, then the starter has one for it', async () => {
  const engine = createScriptedEngine({ manifest: combineManifests(starterManifest, encoderAlone), vector });
  const body = { task_type: 'classification', input_text: '甲', labels: ['近', '同'] };
  const { result } = await ask(engine, body);
  const share = 1 / (1 + Math.exp(-0.1 / (starterManifest.labels?.temperature ?? 0)));
  assert.ok(Math.abs((result as { score: number }).score - share) < 1e-4);
});
