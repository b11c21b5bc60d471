/**
 * Logarithmic mean. With it the change of a product splits into its factors' contributions without a rest:
 * b − a = L(a, b) · Σ ln(factor after ÷ before) (Ang, "The LMDI approach to decomposition analysis", Energy Policy 33, 2005).
 */
export function logMean(a: number, b: number): number {
  if (a <= 0 || b <= 0) return 0;
  const ratio = b / a;
  // (b − a)/ln(b/a) loses its digits near 1.
  return Math.abs(ratio - 1) < 1e-6 ? (a + b) / 2 : (b - a) / Math.log(ratio);
}
