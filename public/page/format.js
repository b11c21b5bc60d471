export const percent = (score) => `${(score * 100).toFixed(1)}%`;

export const decimals = (score) => score.toFixed(3);

/** Milliseconds as text, with the digits that matter at that size. */
export const milliseconds = (ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

export const codePoints = (text) => Array.from(text).length;
