import { createAnnotatedText } from '../annotated-text.js';
import { h } from '../dom.js';
import { decimals } from '../format.js';
import { strings } from '../i18n.js';

const SUBJECT = 'colour-0';
const OBJECT = 'colour-3';

/** Triples as subject → predicate → object; the one under the pointer or focus is marked in the text. */
export function renderRelations(relations, request) {
  const texts = strings();
  const annotated = createAnnotatedText(request.input_text);

  const buttons = relations.map((relation, index) =>
    h(
      'button',
      { type: 'button', class: 'triple', onpointerenter: () => mark(index), onfocus: () => mark(index) },
      h('bdi', { class: `triple-end ${SUBJECT}` }, relation.subject.text),
      h('span', { class: 'triple-predicate' }, relation.predicate),
      h('bdi', { class: `triple-end ${OBJECT}` }, relation.object.text),
      h('span', { class: 'triple-score number' }, decimals(relation.score)),
    ),
  );

  function mark(active) {
    buttons.forEach((button, index) => {
      if (index === active) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    });
    const { subject, object } = relations[active];
    annotated.show([
      ...otherEnds(relations, active),
      { ...subject, colour: SUBJECT, label: texts.subject },
      { ...object, colour: OBJECT, label: texts.object },
    ]);
  }

  if (relations.length > 0) mark(0);
  return {
    summary: texts.relationSummary(relations.length),
    nodes: [
      annotated.element,
      relations.length > 1 && h('p', { class: 'note' }, texts.relationHint),
      h(
        'ol',
        { class: 'triples' },
        buttons.map((button) => h('li', {}, button)),
      ),
    ].filter(Boolean),
  };
}

/** The ends of all other triples, each once and without those of the active one. */
function otherEnds(relations, active) {
  const key = ({ start, end }) => `${start}-${end}`;
  const ends = new Map();
  relations.forEach(({ subject, object }, index) => {
    if (index !== active) for (const end of [subject, object]) ends.set(key(end), end);
  });
  ends.delete(key(relations[active].subject));
  ends.delete(key(relations[active].object));
  return [...ends.values()].map(({ start, end }) => ({ start, end, colour: 'colour-none', quiet: true }));
}
