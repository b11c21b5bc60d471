/** Time spans the board can show, and the seconds that one point of a chart stands for. */
export const SPANS = {
  '1m': { seconds: 60, pointSeconds: 1, ring: 'fine' },
  '5m': { seconds: 300, pointSeconds: 3, ring: 'fine' },
  '15m': { seconds: 900, pointSeconds: 5, ring: 'fine' },
  '24h': { seconds: 86_400, pointSeconds: 300, ring: 'coarse' },
};

/** The span that a service of this age fills best; the quarter of an hour from then on. */
export const spanFor = (seconds) => (seconds < 60 ? '1m' : seconds < 300 ? '5m' : '15m');

/**
 * The points of a chart, oldest first: `{second, row}`, `second` being where the point begins. A point's borders do not
 * move as time passes; rows of points without a sample are undefined.
 */
export function pointsOf({ seconds, pointSeconds, ring: name }, rings) {
  const ring = rings[name];
  const steps = pointSeconds / ring.stepSeconds;
  const newest = Math.floor(Math.max(ring.last, 0) / steps);
  const points = [];
  for (let i = newest - seconds / pointSeconds + 1; i <= newest; i++) {
    points.push({ second: i * pointSeconds, row: ring.folded(i * steps, (i + 1) * steps - 1) });
  }
  return points;
}

/** Everything within the span as one row. */
export function wholeOf({ seconds, ring: name }, rings) {
  const ring = rings[name];
  return ring.folded(ring.last + 1 - seconds / ring.stepSeconds, ring.last);
}
