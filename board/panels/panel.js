import { h } from '/public/page/dom.js';

/** A panel's frame: title and caption on the left, the one number that matters on the right, a body below. */
export function createPanel(section) {
  const title = h('h2', { class: 'panel-title' });
  const caption = h('p', { class: 'panel-caption' });
  const number = h('p', { class: 'panel-number' });
  const body = h('div', { class: 'panel-body' });
  section.replaceChildren(h('header', { class: 'panel-head' }, h('div', {}, title, caption), number), body);
  return {
    section,
    body,
    describe(name, about) {
      setText(title, name);
      setText(caption, about);
    },
    /** @param {number} value what the text shows, unrounded @param {string} [state] good, bad or nothing */
    show(value, text, state = '') {
      setText(number, text);
      number.dataset.value = value;
      section.dataset.state = state;
    },
  };
}

/** Leaves the document alone when the text stands there already. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
