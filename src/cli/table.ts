import { padEnd, padStart, width } from './width.ts';

/** Columns two spaces apart; the first is aligned left, the others right, unless `left` names them. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[] = [0],
): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  const render = (line: readonly string[]) =>
    widths
      .map((cells, column) => (left.includes(column) ? padEnd : padStart)(line[column] ?? '', cells))
      .join('  ')
      .trimEnd();
  return lines.map((line) => `${render(line)}\n`).join('');
}
