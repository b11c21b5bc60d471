/** East Asian wide and full-width characters take two cells (Unicode's EastAsianWidth.txt, W and F, main blocks). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Cells that a terminal needs for `text`. */
export function width(text: string): number {
  let cells = 0;
  for (const character of text) cells += WIDE.test(character) ? 2 : 1;
  return cells;
}

export const padEnd = (text: string, cells: number) => text + ' '.repeat(Math.max(0, cells - width(text)));
export const padStart = (text: string, cells: number) => ' '.repeat(Math.max(0, cells - width(text))) + text;
