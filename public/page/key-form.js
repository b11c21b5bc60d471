import { h } from './dom.js';
import { strings } from './i18n.js';
import { apiKey, setApiKey } from './key.js';

/** Tells the page that there is a key now. */
export const KEY_GIVEN = 'keygiven';

/** Asks for an API key. */
export function keyForm() {
  const texts = strings();
  const field = h('input', {
    id: 'api-key',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    value: apiKey() ?? '',
  });
  const onsubmit = (event) => {
    event.preventDefault();
    setApiKey(field.value.trim());
    document.dispatchEvent(new CustomEvent(KEY_GIVEN));
  };
  return h(
    'form',
    { class: 'field key-form', onsubmit },
    h('label', { for: 'api-key' }, texts.keyLabel),
    h('span', { class: 'key-row' }, field, h('button', { type: 'submit', class: 'submit' }, texts.keyUse)),
  );
}
