import { h } from './dom.js';
import { strings } from './i18n.js';

const NOTICE_MS = 1600;

/** A button that copies the text of `source`. */
export function copyButton(label, source) {
  const button = h('button', { type: 'button', class: 'copy', 'aria-label': label }, strings().copy);
  button.addEventListener('click', async () => {
    button.textContent = (await copy(source)) ? strings().copied : strings().copyFailed;
    setTimeout(() => {
      button.textContent = strings().copy;
    }, NOTICE_MS);
  });
  return button;
}

/** navigator.clipboard exists in secure contexts only, and a service on a plain VM is often none. */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return document.execCommand('copy');
  }
}
