/** Why a latency changed; docs/operating.md explains each. */
export const CAUSES = [
  'worker',
  'model',
  'cpu',
  'length',
  'traffic',
  'mix',
  'restarts',
  'capacity',
  'cost',
  'bunched',
  'unexplained',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Seconds of the mean's change by cause; they add up to it. */
export type Contributions = Map<Cause, number>;

export function add(contributions: Contributions, cause: Cause, seconds: number): void {
  if (seconds !== 0) contributions.set(cause, (contributions.get(cause) ?? 0) + seconds);
}

/** Splits `seconds` by weight; without any weight it goes to `otherwise`. */
export function distribute(
  contributions: Contributions,
  seconds: number,
  weights: ReadonlyMap<Cause, number>,
  otherwise: Cause,
): void {
  let total = 0;
  for (const weight of weights.values()) total += weight;
  if (total <= 0) add(contributions, otherwise, seconds);
  else for (const [cause, weight] of weights) add(contributions, cause, (seconds * weight) / total);
}
