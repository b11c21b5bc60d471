import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Batch, createBatcher, type Work } from '../../../src/batching/batcher.ts';
import { CancelledError, DeadlineError, InferenceError, OverloadedError } from '../../../src/errors.ts';

const START = 1000;

/** A batcher over a hand-driven inference thread and clock: each batch waits until the test lets it go. */
function setUp({ limitTokens = 1000 } = {}) {
  let now = START;
  const batches: {
    batch: Batch<string>;
    finish: () => Promise<void>;
    fail: (error: Error) => Promise<void>;
  }[] = [];
  const events: string[] = [];
  const batcher = createBatcher<string, string>({
    limitTokens,
    now: () => now,
    observer: {
      ran: (batch) => events.push(`ran ${batch.inputs.join()}`),
      rejected: (reason) => events.push(`rejected ${reason}`),
      cancelled: (stage) => events.push(`cancelled ${stage}`),
    },
    run: (batch) =>
      new Promise((resolve, reject) => {
        const turn = () => new Promise<void>((done) => setImmediate(done));
        batches.push({
          batch,
          finish() {
            resolve(batch.inputs.map((input) => input.toUpperCase()));
            return turn();
          },
          fail(error) {
            reject(error);
            return turn();
          },
        });
      }),
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { batcher, batches, events, pass };
}

function work(inputs: string[], options: Partial<Work<string>> & { tokens?: number } = {}): Work<string> {
  const { tokens = 10, ...rest } = options;
  return {
    lane: 'extractor',
    rows: inputs.map((input) => ({ input, tokens })),
    signal: new AbortController().signal,
    deadline: START + 60_000,
    ...rest,
  };
}

test('When the thread is free, then work runs at once, without waiting for company', () => {
  const { batcher, batches } = setUp();
  void batcher.add(work(['a']));
  assert.deepEqual(batches[0]?.batch.inputs, ['a']);
});

test('When work comes while a batch runs, then it shares the next batch', async () => {
  const { batcher, batches } = setUp();
  const answers = ['a', 'b', 'c'].map((input) => batcher.add(work([input])));
  await batches[0]?.finish();
  assert.deepEqual(batches[1]?.batch.inputs, ['b', 'c']);
  await batches[1]?.finish();
  assert.deepEqual(
    (await Promise.all(answers)).map(({ outputs }) => outputs),
    [['A'], ['B'], ['C']],
  );
});

test('When rows are of different lanes, then they never share a batch', async () => {
  const { batcher, batches } = setUp();
  void batcher.add(work(['a']));
  void batcher.add(work(['b'], { lane: 'encoder' }));
  void batcher.add(work(['c']));
  await batches[0]?.finish();
  await batches[1]?.finish();
  await batches[2]?.finish();
  assert.deepEqual(
    batches
      .map(({ batch }) => [batch.lane, ...batch.inputs])
      .slice(1)
      .sort(),
    [
      ['encoder', 'b'],
      ['extractor', 'c'],
    ],
  );
});

test('When work has several rows, then it is answered once, in its own order', async () => {
  const { batcher, batches } = setUp();
  const answer = batcher.add(work(['a', 'b', 'c'], { tokens: 200 }));
  for (let i = 0; i < 3; i += 1) await batches[i]?.finish();
  assert.deepEqual((await answer).outputs, ['A', 'B', 'C']);
  assert.equal(batches.length, 3);
});

test('When the queue holds its limit, then more is refused with the reason and a time to come back', async () => {
  const { batcher, batches, events } = setUp({ limitTokens: 100 });
  void batcher.add(work(['running']));
  void batcher.add(work(['waiting'], { tokens: 95 }));
  await assert.rejects(batcher.add(work(['more'])), (error: OverloadedError) => {
    assert.ok(error instanceof OverloadedError);
    assert.equal(error.reason, 'full');
    assert.match(error.headers['Retry-After'] ?? '', /^[1-9]\d*$/);
    return true;
  });
  assert.deepEqual(events, ['rejected full']);
  await batches[0]?.finish();
});

test('When work is larger than the limit and nothing waits, then it is admitted', async () => {
  const { batcher, batches } = setUp({ limitTokens: 100 });
  void batcher.add(work(['running']));
  const answer = batcher.add(work(['large'], { tokens: 500 }));
  await batches[0]?.finish();
  await batches[1]?.finish();
  assert.deepEqual((await answer).outputs, ['LARGE']);
});

test('When the windows of a long text wait, then short work that comes before most of them is admitted, another long text is not', async () => {
  const { batcher, batches, pass } = setUp({ limitTokens: 100 });
  const first = batcher.add(work(['known']));
  pass(20);
  await batches[0]?.finish(); // 2 ms or more a token: each window below takes at least 80 ms
  await first;
  const windows = Array.from({ length: 10 }, (_, i) => `window ${i}`);
  void batcher.add(work(['running']));
  void batcher.add(work(windows, { tokens: 40 }));
  const short = batcher.add(work(['short'], { tokens: 5 }));
  await assert.rejects(
    batcher.add(work(windows, { tokens: 40 })),
    (error: OverloadedError) => error.reason === 'full',
  );
  for (let i = 1; i < 4; i += 1) await batches[i]?.finish();
  assert.deepEqual((await short).outputs, ['SHORT']);
});

test('When the predicted wait ends after the deadline, then work is refused at the door', async () => {
  const { batcher, batches, events, pass } = setUp();
  const first = batcher.add(work(['slow']));
  pass(20);
  await batches[0]?.finish(); // 20 ms for 10 tokens: 2 ms a token is now known
  await first;
  await assert.rejects(
    batcher.add(work(['late'], { tokens: 100, deadline: START + 20 + 50 })),
    OverloadedError,
  );
  assert.deepEqual(events.at(-1), 'rejected deadline');
});

test('When time is up before work has run, then it fails with the deadline and never runs', async () => {
  const { batcher, batches, events } = setUp();
  const controller = new AbortController();
  const running = batcher.add(work(['a']));
  const late = batcher.add(work(['late'], { signal: controller.signal }));
  controller.abort(new DeadlineError(100));
  await assert.rejects(late, DeadlineError);
  await batches[0]?.finish();
  await running;
  assert.equal(batches.length, 1);
  assert.equal(batcher.tokens, 0);
  assert.deepEqual(events, ['ran a']);
});

test('When the client is gone, then waiting work is not run and running work is dropped, each counted by stage', async () => {
  const { batcher, batches, events } = setUp();
  const [first, second] = [new AbortController(), new AbortController()];
  const running = batcher.add(work(['a'], { signal: first.signal }));
  const waiting = batcher.add(work(['b'], { signal: second.signal }));
  second.abort();
  first.abort();
  await assert.rejects(waiting, CancelledError);
  await assert.rejects(running, CancelledError);
  await batches[0]?.finish();
  assert.equal(batches.length, 1);
  assert.deepEqual(events, ['cancelled queue', 'cancelled infer', 'ran a']);
});

test('When a batch fails, then its work fails with the cause kept, and the next work runs', async () => {
  const { batcher, batches } = setUp();
  const bad = batcher.add(work(['bad']));
  const good = batcher.add(work(['good']));
  const cause = new Error('runtime says no');
  await Promise.all([
    assert.rejects(bad, (error: InferenceError) => error instanceof InferenceError && error.cause === cause),
    batches[0]?.fail(cause),
  ]);
  await batches[1]?.finish();
  assert.deepEqual((await good).outputs, ['GOOD']);
});

test('When the batcher is closed, then new work is refused and queued work is still answered', async () => {
  const { batcher, batches, events } = setUp();
  const running = batcher.add(work(['a']));
  const waiting = batcher.add(work(['b']));
  batcher.close();
  await assert.rejects(batcher.add(work(['c'])), OverloadedError);
  await batches[0]?.finish();
  await batches[1]?.finish();
  assert.deepEqual((await Promise.all([running, waiting])).length, 2);
  assert.equal(events[0], 'rejected closed');
});

test('When a long text waits, then short work that came later overtakes its later windows', async () => {
  const { batcher, batches, pass } = setUp({ limitTokens: 10_000 });
  const first = batcher.add(work(['warm'], { tokens: 200 }));
  pass(20);
  await batches[0]?.finish();
  await first;
  void batcher.add(work(['w1', 'w2', 'w3', 'w4'], { tokens: 200 }));
  void batcher.add(work(['short'], { tokens: 20 }));
  await batches[1]?.finish();
  assert.deepEqual(batches[2]?.batch.inputs, ['short']);
});

/** A batcher that knows what a token costs, about 0.1 ms, and whose thread is busy. */
async function busy() {
  const { batcher, batches, pass } = setUp({ limitTokens: 100_000 });
  const first = batcher.add(work(['warm'], { tokens: 200 }));
  pass(20);
  await batches[0]?.finish();
  await first;
  void batcher.add(work(['running']));
  return { batcher, batches, pass };
}

test('When a long text waits for longer than it takes, then short work that comes now still goes first', async () => {
  const { batcher, batches, pass } = await busy();
  void batcher.add(work(['long'], { tokens: 2000 })); // 200 ms
  pass(300);
  void batcher.add(work(['short']));
  await batches[1]?.finish();
  assert.deepEqual(batches[2]?.batch.inputs, ['short']);
});

test('When a long text would miss its deadline, then short work no longer goes first', async () => {
  const { batcher, batches, pass } = await busy();
  void batcher.add(work(['long'], { tokens: 1000, deadline: START + 20 + 400 })); // 100 ms
  pass(360);
  void batcher.add(work(['short']));
  await batches[1]?.finish();
  assert.deepEqual(batches[2]?.batch.inputs, ['long']);
});

test('When work has no rows, then it is answered at once', async () => {
  const { batcher, batches } = setUp();
  assert.deepEqual((await batcher.add(work([]))).outputs, []);
  assert.equal(batches.length, 0);
});
