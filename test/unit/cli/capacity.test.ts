import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CapacityFile, readCapacity, writeCapacity } from '../../../src/capacity-file.ts';
import { search } from '../../../src/cli/capacity/search.ts';

/** A service that passes up to a rate, and in longer trials up to another. */
const upTo =
  (limit: number, long = limit) =>
  async (rate: number, steps: number) => ({
    rate,
    steps,
    passed: rate <= (steps > 1 ? long : limit),
  });

test('When the service sustains 93 of 100 predicted requests a second, then the search ends close below', async () => {
  const { sustainable = 0, trials } = await search(100, upTo(93));
  assert.ok(sustainable > 85 && sustainable <= 93, `${sustainable}`);
  assert.ok(trials.at(-1)?.steps === 4, 'the last trial is the longer one that confirms it');
});

test('When batching sustains more than the law predicts, then the search goes on above', async () => {
  const { sustainable = 0 } = await search(100, upTo(170));
  assert.ok(sustainable > 150 && sustainable <= 170, `${sustainable}`);
});

test('When a step fails once and passes when tried again, then it counts as passed', async () => {
  let hiccups = 1;
  const { sustainable = 0 } = await search(100, async (rate) => ({
    rate,
    passed: rate <= 90 && !(rate > 60 && hiccups-- > 0),
  }));
  assert.ok(sustainable >= 85, `${sustainable}`);
});

test('When a queue hides in a step that the service can not keep up, then the longer trial finds a lower rate', async () => {
  const { sustainable = 0 } = await search(100, upTo(93, 80));
  assert.ok(sustainable > 70 && sustainable <= 80, `${sustainable}`);
});

test('When no rate passes, then there is no figure, not 0', async () => {
  assert.equal((await search(100, upTo(0))).sustainable, undefined);
  assert.equal((await search(100, upTo(93, 0))).sustainable, undefined);
});

const RESULT: CapacityFile = {
  measured_at: '2026-01-31T10:00:00Z',
  workers: 2,
  models: ['m 1'],
  objective: { p95_seconds: 2, error_ratio: 0.01 },
  sustainable: { mix: 40, qa: 9 },
};

test('When one workload is measured again, then the others stay, unless they were measured otherwise or disproved', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-capacity-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'capacity.json');
  const kept = (again: Partial<CapacityFile>, disproved: string[] = []) => {
    writeCapacity(path, { ...RESULT, workers: 9 });
    writeCapacity(path, RESULT);
    writeCapacity(path, { ...RESULT, sustainable: { mix: 50 }, ...again }, disproved);
    return readCapacity(path)?.sustainable;
  };
  assert.deepEqual(kept({}), { mix: 50, qa: 9 });
  assert.deepEqual(kept({}, ['qa']), { mix: 50 });
  assert.deepEqual(kept({ objective: { p95_seconds: 1, error_ratio: 0.01 } }), { mix: 50 });
  assert.deepEqual(kept({ workers: 3 }), { mix: 50 });
});

test('When no rate passes any more, then the earlier figure is taken back, but not one of another objective', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gte-capacity-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'capacity.json');
  const nothing = { ...RESULT, sustainable: {} };
  writeCapacity(path, nothing, ['mix']);
  assert.equal(readCapacity(path), undefined);
  writeCapacity(path, RESULT);
  writeCapacity(path, { ...nothing, objective: { p95_seconds: 0.01, error_ratio: 0.01 } }, ['mix']);
  assert.deepEqual(readCapacity(path), RESULT);
  writeCapacity(path, nothing, ['mix']);
  assert.deepEqual(readCapacity(path)?.sustainable, { qa: 9 });
});
