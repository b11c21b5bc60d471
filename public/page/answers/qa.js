import { createAnnotatedText } from '../annotated-text.js';
import { h } from '../dom.js';
import { percent } from '../format.js';
import { strings } from '../i18n.js';

/** The answer in large type and marked in its passage; plainly said when there is none. */
export function renderAnswer(result, request) {
  const texts = strings();
  const annotated = createAnnotatedText(request.context);
  if (result.answer === null) {
    return {
      summary: texts.qaNone,
      spoken: true,
      nodes: [
        h('p', { class: 'verdict verdict-none' }, h('span', { class: 'verdict-name' }, texts.qaNone)),
        h('p', { class: 'note' }, texts.qaNoneHint),
        annotated.element,
      ],
    };
  }
  annotated.show([{ start: result.start, end: result.end, colour: 'colour-0' }]);
  return {
    summary: texts.qaSummary(result.answer),
    spoken: true,
    nodes: [
      h('p', { class: 'verdict verdict-plain' }, h('bdi', { class: 'verdict-name' }, result.answer)),
      h(
        'p',
        { class: 'note' },
        `${texts.score} ${percent(result.score)} · ${texts.offsets(result.start, result.end)}`,
      ),
      annotated.element,
    ],
  };
}
