// answers.jsonl: what the shipped files answered in the reference implementation.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { ValidationError } from '../../src/errors.ts';
import { createEngine, type RunningEngine } from '../../src/model/create-engine.ts';
import type { GoldenRow } from '../../src/model/manifest/golden.ts';
import type { ThreadRow } from '../../src/model/start-thread.ts';
import { difference } from '../../src/tasks/difference.ts';
import { checkGolden } from '../../src/tasks/golden.ts';
import { bodyOf, expectedOf } from '../../src/tasks/golden-row.ts';
import { createTasks } from '../../src/tasks/index.ts';
import { createPredictor, type Prediction, type Predictor } from '../../src/tasks/predictor.ts';
import { fixtureRows, starterDir, starterManifest } from '../model/starter.ts';

const SCORE_TOLERANCE = 0.02;
const BATCH_TOLERANCE = 0.001;
/** int8 kernels differ between CPUs. */
const MAY_DIFFER = 0.02;
const TOGETHER = 16;
/** Deadlines are not what is tested here. */
const PATIENCE_MS = 600_000;

const rows = fixtureRows<GoldenRow>('answers.jsonl');
const isBlank = (row: GoldenRow) => 'text' in row && row.text.trim() === '';
const askable = rows.filter((row) => !isBlank(row));
const tasks = createTasks(starterManifest);
/** What the inference thread ran, batch by batch. */
const batches: ThreadRow[][] = [];

describe('answers of the shipped model', () => {
  let engine: RunningEngine;
  let predictor: Predictor;
  let alone: Prediction[];

  before(async () => {
    engine = await createEngine({
      dir: starterDir,
      manifest: starterManifest,
      queueTokens: 100_000,
      queueMs: 600_000,
      observer: {
        ran: ({ inputs }) => batches.push([...inputs] as ThreadRow[]),
        rejected: () => undefined,
        cancelled: () => undefined,
      },
      onExit: assert.ifError,
    });
    predictor = createPredictor(tasks, engine);
    alone = [];
    for (const row of askable) alone.push(await ask(bodyOf(row)));
  });
  after(() => engine.close());

  function ask(body: unknown): Promise<Prediction> {
    return predictor.predict(body, { signal: new AbortController().signal, timeoutMs: PATIENCE_MS });
  }

  test('When the reference texts are asked one by one, then the answers are those of the reference', (t) => {
    const different = askable.flatMap((row, i) => {
      const differs = difference(expectedOf(row, starterManifest), alone[i]?.result, SCORE_TOLERANCE);
      return differs === undefined ? [] : [`${JSON.stringify(bodyOf(row)).slice(0, 150)}: ${differs}`];
    });
    for (const line of different) t.diagnostic(line);
    assert.ok(askable.length > 190);
    assert.ok(different.length <= MAY_DIFFER * askable.length, `${different.length} rows differ`);
  });

  test('When a text of the reference is blank, then it is refused, and the reference found nothing in it', async () => {
    const blank = rows.filter(isBlank);
    assert.ok(blank.length > 0);
    for (const row of blank) {
      assert.deepEqual(row.answer, []);
      await assert.rejects(ask(bodyOf(row)), ValidationError);
    }
  });

  test('When the same texts are asked 16 at a time, then each answer is the one it gets alone', async () => {
    batches.length = 0;
    for (let i = 0; i < askable.length; i += TOGETHER) {
      const together = await Promise.all(askable.slice(i, i + TOGETHER).map((row) => ask(bodyOf(row))));
      together.forEach(({ result }, j) => {
        assert.equal(difference(alone[i + j]?.result, result, BATCH_TOLERANCE), undefined);
      });
    }
    const largest = Math.max(...batches.map((batch) => batch.length));
    assert.ok(largest > 4, `batches of at most ${largest}`);
    const padded = batches.filter(
      (batch) => new Set(batch.map(({ sequence }) => sequence.ids.length)).size > 1,
    );
    assert.ok(padded.length > 10, `${padded.length} of ${batches.length} batches were padded`);
  });

  test('When different tasks are asked at the same time, then they share a batch', async () => {
    const input_text = '雀巢公司计划于明年3月裁员2000人。';
    const bodies = ['ner', 'relation', 'event', 'sentiment', 'classification'].map((task_type) => ({
      task_type,
      input_text,
    }));
    const apart: Prediction[] = [];
    for (const body of bodies) apart.push(await ask(body));
    batches.length = 0;
    const together = await Promise.all(bodies.map(ask));
    // The first finds the thread idle and goes alone.
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [1, bodies.length - 1],
    );
    const [, shared = []] = batches;
    assert.equal(new Set(shared.map(({ outputs }) => outputs.join())).size, shared.length);
    together.forEach(({ result }, i) => {
      assert.equal(difference(apart[i]?.result, result, BATCH_TOLERANCE), undefined);
    });
  });

  test('When a result is given, then it has the shape that the task promises', () => {
    for (const { taskType, result } of alone) {
      const task = tasks.find(({ type }) => type === taskType);
      assert.ok(task && 'result' in task);
      assert.deepEqual(task.result.parse(result), result);
    }
  });

  test('When the model is checked at start, then no more golden rows differ than the manifest allows', async (t) => {
    const { rows, different, passed } = await checkGolden(predictor, starterManifest, PATIENCE_MS);
    for (const line of different) t.diagnostic(line);
    assert.equal(rows, starterManifest.golden.rows.length);
    assert.ok(passed, different.join('\n'));
  });

  test('When emoji and rare Hanzi stand between the words, then offsets still count code points', async () => {
    const parts = ['华为公司创始人', '任正非', '在深圳', '发布了新手机', '𠮷', '👍🏽', '🇨🇳', '，', '。', ' '];
    const texts = fc
      .array(fc.constantFrom(...parts), { minLength: 3, maxLength: 20 })
      .map((all) => all.join(''));
    let seen = 0;
    const check = (chars: string[], value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      if ('start' in value && 'end' in value && 'text' in value) {
        assert.equal(chars.slice(Number(value.start), Number(value.end)).join(''), value.text);
        seen += 1;
      }
      for (const inner of Object.values(value)) check(chars, inner);
    };
    await fc.assert(
      fc.asyncProperty(
        texts.filter((text) => text.trim() !== ''),
        fc.constantFrom('ner', 'event', 'relation'),
        async (input_text, task_type) =>
          check(Array.from(input_text), (await ask({ task_type, input_text })).result),
      ),
      { numRuns: 40 },
    );
    assert.ok(seen > 20, `${seen} spans`);
  });

  test('When a request is answered, then its stages and tokens are counted', async () => {
    const { stages, tokens } = await ask({ task_type: 'sentiment', input_text: '很好' });
    assert.equal(tokens, 4);
    for (const stage of ['tokenize', 'queue', 'infer', 'decode'] as const) assert.ok(stages[stage] >= 0);
    assert.ok(stages.infer > 0);
  });
});
