import type { Span } from './span.ts';

const CLOSING = new Map([
  ['《', '》'],
  ['“', '”'],
  ['「', '」'],
  ['〈', '〉'],
]);
const OPENING = new Map([...CLOSING].map(([opening, closing]) => [closing, opening]));

/**
 * A span without title marks or quotes at its edges, unless their other half stands inside it.
 * @param chars the text's code points
 */
export function unquoted(chars: readonly string[], { start, end }: Span): Span {
  while (end - start > 1) {
    const [first, last] = [chars[start] ?? '', chars[end - 1] ?? ''];
    const [closing, opening] = [CLOSING.get(first), OPENING.get(last)];
    const inside = (char: string) => chars.slice(start + 1, end - 1).includes(char);
    if (closing !== undefined && (closing === last || !inside(closing))) start += 1;
    else if (opening !== undefined && first !== opening && !inside(opening)) end -= 1;
    else break;
  }
  return { start, end };
}
