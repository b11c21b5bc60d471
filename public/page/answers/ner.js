import { createAnnotatedText } from '../annotated-text.js';
import { coloursFor } from '../colours.js';
import { h } from '../dom.js';
import { decimals } from '../format.js';
import { labelName, strings } from '../i18n.js';

/** Entities marked in the text, a legend that shows and hides types, and a table. */
export function renderEntities(entities, request) {
  const texts = strings();
  const types = [...new Map(entities.map((entity) => [entity.type, entity])).values()];
  const colour = coloursFor(types.map(({ type }) => type));
  const annotated = createAnnotatedText(request.input_text);
  const hidden = new Set();

  const spans = entities.map((entity, index) => ({
    index,
    type: entity.type,
    start: entity.start,
    end: entity.end,
    colour: colour(entity.type),
    label: labelName(entity.type, entity.name),
  }));
  let shown = spans;
  const rows = entities.map((entity, index) =>
    h(
      'tr',
      {
        onpointerenter: () => annotated.emphasise(shown.findIndex((span) => span.index === index)),
        onpointerleave: () => annotated.emphasise(null),
      },
      h('td', {}, h('span', { class: `swatch ${colour(entity.type)}` }), h('bdi', {}, entity.text)),
      h('td', {}, labelName(entity.type, entity.name)),
      h('td', { class: 'number' }, `${entity.start}–${entity.end}`),
      h('td', { class: 'number' }, decimals(entity.score)),
    ),
  );

  function update() {
    shown = spans.filter(({ type }) => !hidden.has(type));
    annotated.show(shown);
    rows.forEach((row, index) => {
      row.hidden = hidden.has(entities[index].type);
    });
  }

  const legend = types.map(({ type, name }) => {
    const button = h(
      'button',
      { type: 'button', class: `legend-entry ${colour(type)}`, 'aria-pressed': 'true', dataset: { type } },
      h('span', { class: `swatch ${colour(type)}` }),
      labelName(type, name),
      h('span', { class: 'legend-count' }, String(entities.filter((entity) => entity.type === type).length)),
    );
    button.addEventListener('click', () => {
      if (!hidden.delete(type)) hidden.add(type);
      button.setAttribute('aria-pressed', String(!hidden.has(type)));
      update();
    });
    return button;
  });

  update();
  const table = h(
    'table',
    { class: 'data-table' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, texts.columnText),
        h('th', { scope: 'col' }, texts.columnType),
        h('th', { scope: 'col', class: 'number' }, texts.columnOffsets),
        h('th', { scope: 'col', class: 'number' }, texts.columnScore),
      ),
    ),
    h('tbody', {}, rows),
  );
  const found = entities.length > 0;
  return {
    summary: texts.nerSummary(entities.length, types.length),
    nodes: [
      found && h('div', { class: 'legend', role: 'group', 'aria-label': texts.legend }, legend),
      annotated.element,
      found && table,
    ].filter(Boolean),
  };
}
