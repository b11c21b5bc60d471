/** Tokens first … last of a window, both inclusive. */
export interface TokenSpan {
  readonly first: number;
  readonly last: number;
}

export interface ScoredTokens extends TokenSpan {
  /** Probability, 0–1. */
  readonly score: number;
}

/** [start, end) in Unicode code points of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
