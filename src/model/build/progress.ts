/** What is going on, for a line that is written over and over. Fractions from 0 to 1. */
export type BuildProgress =
  | { readonly stage: 'build'; readonly precision: 'fp32' | 'int8'; readonly fraction: number }
  | { readonly stage: 'measure'; readonly precision: 'fp32' | 'int8'; readonly fraction: number }
  | { readonly stage: 'publish' };
