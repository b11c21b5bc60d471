/** A mean in equal blocks of time: sums and counts of the same blocks. */
export interface BlockMeans {
  readonly sums: readonly number[];
  readonly counts: readonly number[];
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
  const spread = groupSpread(before);
  if (spread === undefined) return 0;
  const change = meanOf(after) - meanOf(before);
  if (change === 0 || Number.isNaN(change)) return 0;
  if (spread.deviation === 0) return Math.sign(change) * Number.POSITIVE_INFINITY;
  const afterGroups = groupsOf(after).length;
  const t = change / (spread.deviation * Math.sqrt(1 / spread.groups + 1 / afterGroups));
  return normalFromT(t, spread.groups - 1);
}

/** Half the width within which a change of mean is noise: `z` standard errors. */
export function noiseOf(before: BlockMeans, z: number): number {
  const spread = groupSpread(before);
  return spread === undefined ? Number.NaN : z * spread.deviation * Math.sqrt(2 / spread.groups);
}

export const meanOf = ({ sums, counts }: BlockMeans): number => total(sums) / total(counts);

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

const total = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
