/** The stages' colours, as on the live board (public/styles/tokens.css). */
export const STAGE_COLOURS = {
  tokenize: '#7a8fa3',
  queue: '#c28a2e',
  infer: '#1f6fa8',
  decode: '#3f9a6b',
} as const;
