/**
 * Creates an element. Strings become text nodes, never markup; `class`, `on<event>`, `dataset` and attributes
 * may be given, null, undefined and false are left out, among children too.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** @param {string} id of an element that index.html holds */
export const byId = (id) => document.getElementById(id);
