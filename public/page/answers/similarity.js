import { h } from '../dom.js';
import { decimals, percent } from '../format.js';
import { strings } from '../i18n.js';

/** The cosine in large type and as a bar. */
export function renderSimilarity(result) {
  const texts = strings();
  const fill = h('span', { class: 'bar-fill' });
  fill.style.width = percent(Math.max(0, Math.min(1, result.score)));
  return {
    summary: texts.similaritySummary(decimals(result.score)),
    spoken: true,
    nodes: [
      h(
        'p',
        { class: 'verdict verdict-plain' },
        h('span', { class: 'verdict-name number' }, decimals(result.score)),
      ),
      h(
        'p',
        { class: 'bar is-best is-alone', 'aria-hidden': 'true' },
        h('span', { class: 'bar-track' }, fill),
      ),
    ],
  };
}
