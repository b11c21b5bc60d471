/** Two-proportion z-test, pooled: how unusual it is that the share rose from a/n to b/m. 0 when there is nothing. */
export function proportionZ(a: number, n: number, b: number, m: number): number {
  if (n === 0 || m === 0) return 0;
  const pooled = (a + b) / (n + m);
  const variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  return variance === 0 ? 0 : (b / m - a / n) / Math.sqrt(variance);
}
