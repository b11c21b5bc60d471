import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatcher } from '../../../src/batching/batcher.ts';
import { OverloadedError } from '../../../src/errors.ts';

const TOKEN_MS = 100;
const LIMIT_TOKENS = 60;

/** A batcher whose inference takes 100 ms a token, on a clock of the test's, and which has learned that. */
async function setUp() {
  let nowMs = 0;
  let finish = () => {};
  const batcher = createBatcher<string, string>({
    now: () => nowMs,
    limitTokens: LIMIT_TOKENS,
    observer: { ran: () => {}, rejected: () => {}, cancelled: () => {} },
    run: ({ inputs }) =>
      new Promise((resolve) => {
        finish = () => resolve([...inputs]);
      }),
  });
  const add = (tokens: number) =>
    batcher.add({
      lane: 'extractor',
      rows: [{ input: 'text', tokens }],
      signal: new AbortController().signal,
      deadline: Number.MAX_SAFE_INTEGER,
    });
  const first = add(10);
  nowMs += 10 * TOKEN_MS;
  finish();
  await first;
  return {
    add,
    pass(ms: number) {
      nowMs += ms;
    },
    /** Of a request that is refused because the queue is full. */
    async retryAfter(): Promise<string | undefined> {
      const error = await add(LIMIT_TOKENS).then(
        () => assert.fail('it was admitted'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof OverloadedError);
      return error.headers['Retry-After'];
    },
  };
}

test('When the queue grows, then Retry-After grows by the time that what waits will take', async () => {
  const { add, retryAfter } = await setUp();
  void add(20); // runs: 2 s
  const seconds: (string | undefined)[] = [];
  for (const tokens of [40, 10, 10]) {
    void add(tokens);
    seconds.push(await retryAfter());
  }
  assert.deepEqual(seconds, ['6', '7', '8']);
});

test('When time passes in the running batch, then Retry-After shrinks by it, down to what the waiting work takes', async () => {
  const { add, pass, retryAfter } = await setUp();
  void add(50); // runs: 5 s
  void add(40); // waits: 4 s
  assert.equal(await retryAfter(), '9');
  pass(2500);
  assert.equal(await retryAfter(), '7');
  pass(60_000);
  assert.equal(await retryAfter(), '4');
});
