import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatcher } from '../../../src/batching/batcher.ts';
import { OverloadedError } from '../../../src/errors.ts';

interface Options {
  /** What a token of a batch costs; a test may change it. */
  tokenMs: number;
  waitMs?: number;
}

/** A batcher on a clock of the test's; `run` ends the batch under way when its time has come. */
function setUp(options: Options) {
  let nowMs = 0;
  let finish = () => {};
  const batcher = createBatcher<string, string>({
    now: () => nowMs,
    limitTokens: 1_000_000,
    waitMs: options.waitMs,
    observer: { ran: () => {}, rejected: () => {}, cancelled: () => {} },
    run: ({ inputs, paddedTokens }) =>
      new Promise((resolve) => {
        finish = () => {
          nowMs += options.tokenMs * paddedTokens;
          resolve([...inputs]);
        };
      }),
  });
  return {
    batcher,
    now: () => nowMs,
    add: (tokens: number, deadline = Number.MAX_SAFE_INTEGER) =>
      batcher.add({
        lane: 'extractor',
        rows: [{ input: 'text', tokens }],
        signal: new AbortController().signal,
        deadline,
      }),
    async run() {
      finish();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Adds the same text until it is refused; how many were taken, and why no more. */
async function flood(add: () => Promise<unknown>) {
  const taken: Promise<unknown>[] = [];
  for (;;) {
    const answer = add();
    const refused = await Promise.race([
      answer.then(
        () => undefined,
        (error: unknown) => error,
      ),
      new Promise<undefined>((resolve) => setImmediate(resolve, undefined)),
    ]);
    if (refused instanceof OverloadedError) return { taken, refused };
    taken.push(answer);
  }
}

for (const [machine, tokenMs] of [
  ['a fast machine', 0.1],
  ['a slow one', 10],
] as const) {
  test(`When the same text floods ${machine}, then nine wait, none longer than ten batches, the next is told when to come back`, async () => {
    const { add, run, now } = setUp({ tokenMs });
    const known = add(200);
    await run();
    await known;
    const begun = now();
    const { taken, refused } = await flood(() => add(200));
    assert.equal(refused.reason, 'full');
    assert.equal(refused.headers['Retry-After'], String(Math.ceil((10 * 200 * tokenMs) / 1000)));
    assert.equal(taken.length, 1 + 9);
    for (const answer of taken) {
      await run();
      await answer;
    }
    assert.ok(now() - begun <= 10 * 200 * tokenMs + 1e-6);
  });
}

test('When ninety short texts come at once after a quiet time, then all are taken', async () => {
  const { add, run } = setUp({ tokenMs: 0.25 });
  for (let i = 0; i < 10; i += 1) {
    const alone = add(16);
    await run();
    await alone;
  }
  const { taken } = await flood(() => add(16));
  assert.ok(taken.length >= 90, `${taken.length}`);
});

test('When long texts come after short ones, then they may wait for others of their length', async () => {
  const { add, run } = setUp({ tokenMs: 0.25 });
  for (let i = 0; i < 10; i += 1) {
    const alone = add(16);
    await run();
    await alone;
  }
  const { taken } = await flood(() => add(512));
  assert.equal(taken.length, 1 + 9);
});

test('When nothing waits, then a text is taken behind one that runs for longer than GTE_QUEUE_MS', async () => {
  const { add, run } = setUp({ tokenMs: 3, waitMs: 100 });
  const known = add(512);
  await run();
  await known;
  const { taken, refused } = await flood(() => add(512));
  assert.equal(taken.length, 2);
  assert.equal(refused.reason, 'full');
});

test('When GTE_QUEUE_MS is set, then the wait that it allows is filled and no more', async () => {
  const { add, run, batcher } = setUp({ tokenMs: 1, waitMs: 1000 });
  const known = add(200);
  await run();
  await known;
  const { taken } = await flood(() => add(200));
  assert.equal(taken.length, 1 + 5); // the last one behind 200 ms that run and 800 that wait
  assert.ok(batcher.tokens / batcher.limitTokens > 0.9, `${batcher.tokens} of ${batcher.limitTokens}`);
});

test('When a text would miss its own deadline, then it is refused for that, however short the queue', async () => {
  const { add, run, now } = setUp({ tokenMs: 1 });
  const known = add(200);
  await run();
  await known;
  const { taken, refused } = await flood(() => add(200, now() + 500));
  assert.equal(refused.reason, 'deadline');
  assert.equal(taken.length, 2);
});

test('When the machine has become slow, then as much waits as takes the usual time', async () => {
  const machine = { tokenMs: 0.1 };
  const { add, run } = setUp(machine);
  const runAlone = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      const alone = add(200);
      await run();
      await alone;
    }
  };
  await runAlone(500);
  machine.tokenMs = 0.3;
  await runAlone(40);
  const { taken } = await flood(() => add(200));
  assert.equal(taken.length, 1 + 3);
});
