import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { histogramQuantile } from '../../../src/cli/stats/histogram.ts';
import { logMean } from '../../../src/cli/stats/log-mean.ts';
import { type BlockMeans, changeZ, noiseOf, normalFromT, tFromNormal } from '../../../src/cli/stats/noise.ts';
import { proportionZ } from '../../../src/cli/stats/proportions.ts';
import { createRandom } from '../../../src/cli/stats/random.ts';

const near = (found: number, expected: number, within: number) =>
  assert.ok(Math.abs(found - expected) <= within, `${found} is not ${expected} ± ${within}`);

const buckets = [
  { edge: 0.1, count: 50 },
  { edge: 0.2, count: 90 },
  { edge: 0.5, count: 100 },
  { edge: Number.POSITIVE_INFINITY, count: 100 },
];

test('When a quantile lies within a bucket, then it is interpolated as Prometheus does', () => {
  near(histogramQuantile(0.25, buckets), 0.05, 1e-12);
  near(histogramQuantile(0.7, buckets), 0.15, 1e-12);
  near(histogramQuantile(0.95, buckets), 0.35, 1e-12);
});

test('When a quantile lies above the last finite edge, then that edge is given', () => {
  const above = [
    { edge: 1, count: 1 },
    { edge: Number.POSITIVE_INFINITY, count: 10 },
  ];
  assert.equal(histogramQuantile(0.99, above), 1);
});

test('When nothing was observed, then there is no quantile', () => {
  assert.ok(Number.isNaN(histogramQuantile(0.5, [])));
  assert.ok(
    Number.isNaN(
      histogramQuantile(
        0.5,
        buckets.map(({ edge }) => ({ edge, count: 0 })),
      ),
    ),
  );
});

test('Whatever the two values, then logarithmic mean × logarithm of their ratio is their difference', () => {
  const positive = fc.double({ min: 1e-6, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => near(logMean(a, b) * Math.log(b / a), b - a, 1e-6 * (a + b))),
  );
  near(logMean(2, 2), 2, 1e-12);
  assert.equal(logMean(0, 2), 0);
});

test('When t has many degrees of freedom, then it is a normal value; with few it is less unusual', () => {
  near(normalFromT(3, 1e6), 3, 1e-3);
  // Two-sided p of t = 4.587 with 5 degrees is 0.00592: z = 2.752.
  near(normalFromT(4.587, 5), 2.752, 0.02);
  near(normalFromT(-4.587, 5), -2.752, 0.02);
});

test('Whatever the degrees of freedom, then t and the normal value turn into each other', () => {
  fc.assert(
    fc.property(fc.double({ min: -6, max: 6, noNaN: true }), fc.integer({ min: 2, max: 40 }), (z, degrees) =>
      near(normalFromT(tFromNormal(z, degrees), degrees), z, 1e-6),
    ),
  );
});

/** Windows of blocks in which each of about 100 requests takes an exponential time. */
function windows(seed: number) {
  const random = createRandom(seed);
  return (blocks: number): BlockMeans => {
    const counts = Array.from({ length: blocks }, () => 80 + Math.floor(random() * 40));
    const sums = counts.map((n) =>
      Array.from({ length: n }, () => -Math.log(1 - random())).reduce((a, b) => a + b, 0),
    );
    return { counts, sums, blockSeconds: 10 };
  };
}

test('When both windows are drawn alike, of whatever lengths, then a change beyond 3 is as rare as it should be', () => {
  for (const [before, after] of [
    [12, 12],
    [60, 6],
    [12, 60],
  ] as const) {
    const window = windows(7);
    const zs = Array.from({ length: 400 }, () => changeZ(window(before), window(after)));
    const beyond = (limit: number) => zs.filter((z) => Math.abs(z) > limit).length;
    assert.ok(beyond(3) <= 8, `${before} and ${after} blocks: ${beyond(3)} of 400`);
    // A third of the changes should lie beyond one standard deviation: the test is not blunt either.
    assert.ok(beyond(1) > 80 && beyond(1) < 180, `${before} and ${after} blocks: ${beyond(1)} of 400`);
  }
});

test('Whatever the windows, then a change is beyond 3 exactly when it is greater than the noise of 3', () => {
  const window = windows(11);
  for (const [before, after] of [
    [4, 4],
    [12, 5],
    [60, 12],
  ] as const)
    for (let i = 0; i < 100; i++) {
      const [a, b] = [window(before), window(after)];
      const slower = { ...b, sums: b.sums.map((sum) => sum * (1 + i / 100)) };
      const mean = ({ sums, counts }: BlockMeans) =>
        sums.reduce((x, y) => x + y, 0) / counts.reduce((x, y) => x + y, 0);
      const change = Math.abs(mean(slower) - mean(a));
      assert.equal(change > noiseOf(a, slower, 3), Math.abs(changeZ(a, slower)) > 3, `${change}`);
    }
});

test('When a burst fills one block only, then it is not taken for noise', () => {
  const counts = new Array<number>(12).fill(100);
  const before = counts.map((n, i) => n * (0.02 + 0.001 * Math.sin(i * 2.4)));
  const after = before.map((sum, i) => (i === 5 ? sum * 8 : sum));
  assert.ok(
    changeZ({ counts, sums: before, blockSeconds: 10 }, { counts, sums: after, blockSeconds: 10 }) > 3,
  );
});

test('When there are too few blocks to judge by, then nothing is unusual', () => {
  const window = (sum: number): BlockMeans => ({ counts: [10, 10], sums: [sum, sum], blockSeconds: 10 });
  assert.equal(changeZ(window(1), window(9)), 0);
  assert.ok(Number.isNaN(noiseOf(window(1), window(9), 3)));
});

test('When the share of failures rises, then its z is that of the pooled two-proportion test', () => {
  near(proportionZ(10, 1000, 30, 1000), 3.194, 0.001);
  assert.equal(proportionZ(0, 1000, 0, 1000), 0);
  assert.equal(proportionZ(0, 0, 5, 10), 0);
});

test('When a seed is repeated, then so are its numbers, evenly over 0 to 1', () => {
  const [a, b] = [createRandom(1), createRandom(1)];
  const drawn = Array.from({ length: 10_000 }, a);
  assert.deepEqual(drawn.slice(0, 50), Array.from({ length: 50 }, b));
  near(drawn.reduce((sum, x) => sum + x, 0) / drawn.length, 0.5, 0.01);
  assert.ok(drawn.every((x) => x >= 0 && x < 1));
});
