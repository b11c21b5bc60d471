import { createAnnotatedText } from '../annotated-text.js';
import { h } from '../dom.js';
import { decimals } from '../format.js';
import { strings } from '../i18n.js';

const TRIGGER = 'colour-trigger';
const ROLE_COLOURS = 8;

/** Events with trigger and arguments; the event under the pointer or focus is marked in the text. */
export function renderEvents(events, request) {
  const texts = strings();
  const annotated = createAnnotatedText(request.input_text);
  const roles = [...new Set(events.flatMap((event) => event.arguments.map(({ role }) => role)))];
  const colour = (role) => `colour-${roles.indexOf(role) % ROLE_COLOURS}`;

  const cards = events.map((event, index) => {
    const button = h(
      'button',
      { type: 'button', class: 'event-type', onfocus: () => mark(index), onclick: () => mark(index) },
      event.type,
      h('span', { class: 'number' }, decimals(event.score)),
    );
    return h(
      'li',
      { class: 'event', onpointerenter: () => mark(index) },
      button,
      h(
        'dl',
        { class: 'event-parts' },
        part(texts.trigger, event.trigger.text, TRIGGER),
        event.arguments.map(({ role, text, score }) => part(role, text, colour(role), score)),
      ),
      event.arguments.length === 0 && h('p', { class: 'note' }, texts.noArguments),
    );
  });

  function mark(active) {
    cards.forEach((card, index) => {
      if (index === active) card.setAttribute('aria-current', 'true');
      else card.removeAttribute('aria-current');
    });
    const { trigger, arguments: found } = events[active];
    annotated.show([
      ...events
        .filter((_, index) => index !== active)
        .map(({ trigger: { start, end } }) => ({ start, end, colour: 'colour-none', quiet: true })),
      ...found.map(({ role, start, end }) => ({ start, end, colour: colour(role), label: role })),
      { start: trigger.start, end: trigger.end, colour: TRIGGER, label: texts.trigger },
    ]);
  }

  if (events.length > 0) mark(richest(events));
  return {
    summary: texts.eventSummary(events.length),
    nodes: [annotated.element, h('ol', { class: 'events' }, cards)],
  };
}

/** Index of the first event with the most arguments. */
function richest(events) {
  const counts = events.map((event) => event.arguments.length);
  return counts.indexOf(Math.max(...counts));
}

function part(role, text, colour, score) {
  return h(
    'div',
    { class: 'event-part' },
    h('dt', {}, h('span', { class: `swatch ${colour}` }), role),
    h('dd', {}, h('bdi', {}, text)),
    score !== undefined && h('dd', { class: 'number' }, decimals(score)),
  );
}
