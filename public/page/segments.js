/**
 * Cuts a text at every span boundary, so that overlapping spans need no nesting.
 * Offsets count Unicode code points. Each segment lists the indices of the spans that cover it.
 * @param {string} text
 * @param {{start: number, end: number}[]} spans
 * @returns {{text: string, spans: number[]}[]}
 */
export function splitAtSpans(text, spans) {
  const points = Array.from(text);
  const inside = (cut) => cut > 0 && cut < points.length;
  const boundaries = new Set(spans.flatMap(({ start, end }) => [start, end]).filter(inside));
  const cuts = [0, ...[...boundaries].sort((a, b) => a - b), points.length];
  const byStart = spans.map((_, index) => index).sort((a, b) => spans[a].start - spans[b].start);
  let next = 0;
  let covering = [];
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i];
    while (next < byStart.length && spans[byStart[next]].start <= start) covering.push(byStart[next++]);
    covering = covering.filter((index) => spans[index].end > start).sort((a, b) => a - b);
    return { text: points.slice(start, end).join(''), spans: [...covering] };
  });
}
