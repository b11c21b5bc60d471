/** A mean in equal blocks of time: sums and counts of the same blocks. */
export interface BlockMeans {
  readonly sums: readonly number[];
  readonly counts: readonly number[];
  readonly blockSeconds: number;
}

/** Blocks are merged down to this many: longer ones depend less on each other. */
const MOST_GROUPS = 12;

/**
 * How unusual a change of mean is, in standard deviations of the normal distribution, judged by how much the mean varied
 * from block to block *before* (batch means; requests themselves depend on each other through the queue). A burst, which
 * makes the later window uneven, so is no excuse for itself.
 * 0 when there is too little to judge by.
 */
export function changeZ(before: BlockMeans, after: BlockMeans): number {
  const spread = changeSpread(before, after);
  if (spread === undefined) return 0;
  const change = meanOf(after) - meanOf(before);
  if (change === 0 || Number.isNaN(change)) return 0;
  if (spread.error === 0) return Math.sign(change) * Number.POSITIVE_INFINITY;
  return normalFromT(change / spread.error, spread.degrees);
}

/** The change of mean whose `changeZ` is `z`; NaN when there is too little to judge by. */
export function noiseOf(before: BlockMeans, after: BlockMeans, z: number): number {
  const spread = changeSpread(before, after);
  return spread === undefined ? Number.NaN : spread.error * tFromNormal(z, spread.degrees);
}

export const meanOf = ({ sums, counts }: BlockMeans): number => total(sums) / total(counts);

/**
 * Standard error of a change of mean, and its degrees of freedom. A mean is the surer the longer its window, and the more
 * answers are in it: what counts is the scarcer of the two.
 */
function changeSpread(before: BlockMeans, after: BlockMeans): { error: number; degrees: number } | undefined {
  const spread = groupSpread(before);
  const size = Math.min(secondsOf(after) / secondsOf(before), total(after.counts) / total(before.counts));
  if (spread === undefined || !(size > 0)) return undefined;
  const { deviation, groups } = spread;
  return { error: deviation * Math.sqrt(1 / groups + 1 / (groups * size)), degrees: groups - 1 };
}

const secondsOf = ({ counts, blockSeconds }: BlockMeans) => counts.length * blockSeconds;

/** Standard deviation of a group's mean; ratio estimator, Cochran, Sampling Techniques, chapter 6. */
function groupSpread(means: BlockMeans): { deviation: number; groups: number } | undefined {
  const groups = groupsOf(means);
  if (groups.length < 3) return undefined;
  const count = groups.reduce((all, group) => all + group.count, 0);
  const mean = groups.reduce((all, group) => all + group.sum, 0) / count;
  const squares = groups.reduce((all, group) => all + (group.sum - group.count * mean) ** 2, 0);
  const average = count / groups.length;
  return { deviation: Math.sqrt(squares / (groups.length - 1)) / average, groups: groups.length };
}

/** Blocks without a request tell nothing and are left out. */
function groupsOf({ sums, counts }: BlockMeans): { sum: number; count: number }[] {
  const size = Math.ceil(counts.length / MOST_GROUPS);
  const groups: { sum: number; count: number }[] = [];
  for (let i = 0; i + size <= counts.length; i += size) {
    const count = total(counts.slice(i, i + size));
    if (count > 0) groups.push({ sum: total(sums.slice(i, i + size)), count });
  }
  return groups;
}

/** Student's t to the equally unusual standard normal value: Wallace's approximation (Ann. Math. Statist. 30, 1959). */
export function normalFromT(t: number, degrees: number): number {
  const size = Math.sqrt(degrees * Math.log1p((t * t) / degrees));
  return (Math.sign(t) * size * (8 * degrees + 1)) / (8 * degrees + 3);
}

/** The inverse of normalFromT. */
export function tFromNormal(z: number, degrees: number): number {
  const size = (Math.abs(z) * (8 * degrees + 3)) / (8 * degrees + 1);
  return Math.sign(z) * Math.sqrt(degrees * Math.expm1((size * size) / degrees));
}

const total = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
