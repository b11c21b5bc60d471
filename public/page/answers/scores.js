import { h } from '../dom.js';
import { percent } from '../format.js';
import { labelName, strings } from '../i18n.js';

const UNDECIDED_BELOW = 0.6;

/** The best label in large type, then every label's share as a bar, highest first. */
export function renderScores(result) {
  const texts = strings();
  const name = (label) => labelName(label, label === result.label ? result.name : undefined);
  const sorted = Object.entries(result.scores).sort(([, a], [, b]) => b - a);
  const undecided = sorted.length === 2 && result.score < UNDECIDED_BELOW;
  return {
    summary: texts.scoresSummary(name(result.label), percent(result.score)),
    spoken: true,
    nodes: [
      h(
        'p',
        {
          class: `verdict verdict-${result.label === 'negative' || result.label === 'positive' ? result.label : 'plain'}`,
        },
        h('bdi', { class: 'verdict-name' }, name(result.label)),
        h('span', { class: 'verdict-score number' }, percent(result.score)),
      ),
      undecided && h('p', { class: 'note' }, texts.undecided),
      h(
        'ol',
        { class: 'bars' },
        sorted.map(([label, score], rank) => bar(name(label), score, rank === 0)),
      ),
    ].filter(Boolean),
  };
}

function bar(name, score, best) {
  const fill = h('span', { class: 'bar-fill' });
  fill.style.width = percent(Math.max(0, Math.min(1, score)));
  return h(
    'li',
    { class: best ? 'bar is-best' : 'bar' },
    h('bdi', { class: 'bar-name' }, name),
    h('span', { class: 'bar-track', 'aria-hidden': 'true' }, fill),
    h('span', { class: 'bar-score number' }, percent(score)),
  );
}
