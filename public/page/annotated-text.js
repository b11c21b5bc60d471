import { h } from './dom.js';
import { assignLanes } from './lanes.js';
import { splitAtSpans } from './segments.js';

const TEXT_LINE_PX = 30;
/** Height of a lane with labels, and of one that holds underlines alone. */
const LABEL_LANE_PX = 17;
const BARE_LANE_PX = 5;
const LABEL_GAP_PX = 1;

/**
 * A text with spans marked in it: the text itself stays whole and selectable; underlines and labels are drawn
 * below its lines, in as many lanes as overlapping spans and long labels need.
 * A span is `{start, end, colour, label?, quiet?}`; `colour` names a class of tokens.css, and a quiet span gets a
 * dotted line and no lane.
 */
export function createAnnotatedText(text) {
  const paragraph = h('p', { class: 'annotated-text', dir: 'auto' });
  const layer = h('div', { class: 'annotated-layer', 'aria-hidden': 'true' });
  const element = h('div', { class: 'annotated' }, paragraph, layer);
  let spans = [];
  let marks = [];
  let bars = [];
  let width = 0;

  new ResizeObserver(() => {
    if (element.clientWidth !== width) layOut();
  }).observe(element);

  function show(nextSpans) {
    spans = nextSpans;
    const segments = splitAtSpans(text, spans);
    const nodes = segments.map((segment) =>
      segment.spans.length === 0
        ? document.createTextNode(segment.text)
        : h('mark', { class: spans[innermost(spans, segment.spans)].colour }, segment.text),
    );
    marks = spans.map(() => []);
    segments.forEach((segment, i) => {
      for (const index of segment.spans) marks[index].push(nodes[i]);
    });
    paragraph.replaceChildren(...nodes);
    if (element.isConnected) layOut();
  }

  function layOut() {
    width = element.clientWidth;
    layer.replaceChildren();
    bars = spans.map(() => []);
    const origin = paragraph.getBoundingClientRect();
    const lineHeight = Number.parseFloat(getComputedStyle(paragraph).lineHeight);
    const pieces = spans.flatMap((span, index) => piecesOf(span, index, origin, lineHeight));
    for (const piece of pieces) {
      if (piece.label) layer.append(piece.label);
    }
    for (const piece of pieces) placeLabel(piece, width);
    const depth = setLanes(pieces);
    const lanePx = spans.some(({ label }) => label) ? LABEL_LANE_PX : BARE_LANE_PX;
    const newLineHeight = TEXT_LINE_PX + depth * lanePx;
    element.style.setProperty('--line-height', `${newLineHeight}px`);
    element.style.setProperty('--lane-space', `${(depth * lanePx) / 2}px`);
    for (const piece of pieces) draw(piece, newLineHeight, lanePx);
  }

  function piecesOf(span, index, origin, lineHeight) {
    const nodes = marks[index];
    if (span.quiet || nodes.length === 0) return [];
    const range = document.createRange();
    range.setStartBefore(nodes[0]);
    range.setEndAfter(nodes[nodes.length - 1]);
    const byLine = new Map();
    for (const rect of range.getClientRects()) {
      if (rect.width === 0) continue;
      const line = Math.floor(((rect.top + rect.bottom) / 2 - origin.top) / lineHeight);
      const piece = byLine.get(line) ?? {
        index,
        span,
        line,
        left: rect.left - origin.left,
        end: 0,
        height: rect.height,
      };
      piece.left = Math.min(piece.left, rect.left - origin.left);
      piece.end = Math.max(piece.end, rect.right - origin.left);
      byLine.set(line, piece);
    }
    const found = [...byLine.values()];
    if (span.label && found[0])
      found[0].label = h('span', { class: `annotated-label ${span.colour}` }, span.label);
    return found;
  }

  function draw(piece, lineHeight, lanePx) {
    const top = (piece.line + 0.5) * lineHeight + piece.height / 2 + piece.lane * lanePx;
    const bar = h('span', { class: `annotated-bar ${piece.span.colour}` });
    bar.style.left = `${piece.left + 1}px`;
    bar.style.width = `${piece.end - piece.left - 2}px`;
    bar.style.top = `${top}px`;
    layer.append(bar);
    bars[piece.index].push(bar);
    if (piece.label) {
      piece.label.style.left = `${piece.labelLeft}px`;
      piece.label.style.top = `${top + 2}px`;
      bars[piece.index].push(piece.label);
    }
  }

  /** Puts weight on one span, or on none. */
  function emphasise(index) {
    marks.forEach((nodes, i) => {
      for (const node of nodes)
        if (i === index || index === null) node.classList.toggle('is-strong', i === index);
    });
    bars.forEach((drawn, i) => {
      for (const bar of drawn) bar.classList.toggle('is-strong', i === index);
    });
  }

  show([]);
  return { element, show, emphasise };
}

/** Index of the span that colours a segment: the shortest of those that cover it, quiet ones last. */
function innermost(spans, covering) {
  const weight = (index) => spans[index].end - spans[index].start + (spans[index].quiet ? Infinity : 0);
  return covering.reduce((best, index) => (weight(index) < weight(best) ? index : best));
}

/** A label may be wider than what it names; at the right edge it moves left. */
function placeLabel(piece, width) {
  const labelWidth = piece.label ? piece.label.offsetWidth + LABEL_GAP_PX : 0;
  piece.labelLeft = Math.max(0, Math.min(piece.left, width - labelWidth));
  piece.right = Math.max(piece.end, piece.labelLeft + labelWidth);
}

/** Sets each piece's lane and returns how many lanes the fullest line has. */
function setLanes(pieces) {
  const lines = new Map();
  for (const piece of pieces) lines.set(piece.line, [...(lines.get(piece.line) ?? []), piece]);
  let depth = 0;
  for (const line of lines.values()) {
    const lanes = assignLanes(
      line.map(({ left, labelLeft, right }) => ({ left: Math.min(left, labelLeft), right })),
    );
    line.forEach((piece, i) => {
      piece.lane = lanes[i];
      depth = Math.max(depth, lanes[i] + 1);
    });
  }
  return depth;
}
