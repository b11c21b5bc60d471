import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { startService } from '../service.ts';

const STARTER = resolve(import.meta.dirname, '../../../models/starter');

interface Info {
  tasks: { type: string; available: boolean; reason?: string; schemes?: string[] }[];
}

/** The starter's folder with another manifest. */
function modelWithout(t: { after(end: () => void): void }, ...parts: string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'gte-model-'));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const file of readdirSync(STARTER))
    if (file !== 'manifest.json') symlinkSync(join(STARTER, file), join(dir, file));
  const manifest = JSON.parse(readFileSync(join(STARTER, 'manifest.json'), 'utf8'));
  for (const part of parts) {
    const path = part.split('.');
    const last = path.pop() as string;
    delete path.reduce((value, name) => value[name], manifest)[last];
  }
  const kept = (task: string) =>
    ['embedding', 'similarity'].includes(task) ? manifest.encoder : manifest.extractor?.heads[task];
  manifest.golden.rows = manifest.golden.rows.filter((row: { task: string; labels?: unknown }) =>
    row.labels ? manifest.encoder : kept(row.task),
  );
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return dir;
}

const available = ({ tasks }: Info) => tasks.filter((task) => task.available).map(({ type }) => type);
const reasonOf = ({ tasks }: Info, type: string) => tasks.find((task) => task.type === type)?.reason;

test('When a model has no extractor, then it serves what sentence vectors can do and says so of the rest', async (t) => {
  const service = await startService({ GTE_MODEL_DIR: modelWithout(t, 'extractor') });
  t.after(() => service.close());
  const info = (await service.send('GET', '/info')).json;
  assert.deepEqual(available(info), ['classification', 'embedding', 'similarity']);
  for (const type of ['ner', 'relation', 'event', 'sentiment', 'qa']) {
    const reason = `the model starter can't do ${type}: it has no extractor`;
    assert.equal(reasonOf(info, type), reason);
    const answer = await service.predict({ task_type: type, input_text: '任正非在深圳|谁在深圳？' });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error, reason);
    assert.equal(answer.headers['x-task-type'], type);
  }
  const unknown = await service.predict({ task_type: 'x' });
  assert.equal(unknown.json.error, 'task_type is unknown; use one of classification, embedding, similarity');

  const ask = (more: object) =>
    service.predict({ task_type: 'classification', input_text: '央行下调存款准备金率', ...more });
  assert.equal((await ask({ labels: ['金融政策', '足球比赛'] })).json.result.label, '金融政策');
  assert.equal((await ask({})).json.error, 'labels is missing: this model has no labels of its own');
  const scheme = await ask({ scheme: 'topic' });
  assert.equal(scheme.status, 400);
  assert.equal(scheme.json.error, 'scheme is not possible: this model has none');
  assert.equal((await service.predict({ task_type: 'embedding', input_text: '你好' })).status, 200);

  const { components } = (await service.send('GET', '/openapi.json')).json;
  assert.ok(!('ner_request' in components.schemas));
});

test('When a model has no encoder, then it serves what the extractor can do and says so of the rest', async (t) => {
  const service = await startService({ GTE_MODEL_DIR: modelWithout(t, 'encoder', 'labels') });
  t.after(() => service.close());
  const info = (await service.send('GET', '/info')).json;
  assert.deepEqual(available(info), ['ner', 'relation', 'event', 'sentiment', 'classification', 'qa']);
  for (const [type, body] of [
    ['embedding', { input_text: '你好' }],
    ['similarity', { text_a: '你好', text_b: '您好' }],
  ] as const) {
    const reason = `the model starter can't do ${type}: it has no encoder`;
    assert.equal(reasonOf(info, type), reason);
    const answer = await service.predict({ task_type: type, ...body });
    assert.deepEqual([answer.status, answer.json.error], [400, reason]);
  }
  const topic = await service.predict({ task_type: 'classification', input_text: '央行下调利率' });
  assert.equal(topic.status, 200);
  const labels = await service.predict({
    task_type: 'classification',
    input_text: '央行下调利率',
    labels: ['金融', '足球'],
  });
  assert.equal(labels.status, 400);
  assert.equal(
    labels.json.error,
    'labels is not possible: this model has no encoder to compare them with the text',
  );
});

test('When an extractor lacks heads, then only their tasks are missing', async (t) => {
  const dir = modelWithout(t, 'extractor.heads.ner', 'extractor.heads.qa');
  const service = await startService({ GTE_MODEL_DIR: dir });
  t.after(() => service.close());
  const info = (await service.send('GET', '/info')).json;
  assert.deepEqual(available(info), [
    'relation',
    'event',
    'sentiment',
    'classification',
    'embedding',
    'similarity',
  ]);
  assert.equal(reasonOf(info, 'qa'), "the model starter can't do qa: its extractor has no qa head");
  const answer = await service.predict({ task_type: 'sentiment', input_text: '很好' });
  assert.equal(answer.status, 200);
});
