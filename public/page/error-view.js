import { h } from './dom.js';
import { strings } from './i18n.js';
import { keyForm } from './key-form.js';

/** A failed request as a sentence, the service's own words, then the code and request id to quote. */
export function errorView(response) {
  const texts = strings();
  const code = response === null ? 'network' : (response.body?.code ?? 'unexpected');
  const sentence = texts.errors[code] ?? texts.errors.unexpected;
  const retry = response?.retryAfter ? texts.retryAfter(response.retryAfter) : null;
  const said = response === null ? texts.networkHint : response.body?.error;
  const facts = [`${texts.errorCode} ${code}`];
  if (response !== null) facts.push(`HTTP ${response.status}`);
  if (response?.requestId) facts.push(`${texts.requestId} ${response.requestId}`);
  return [
    h('p', { class: 'error-sentence' }, [sentence, retry].filter(Boolean).join(' ')),
    said && h('p', { class: 'error-said', dir: 'auto' }, said),
    response?.status === 401 && keyForm(),
    h('p', { class: 'error-facts' }, facts.join(' · ')),
  ].filter(Boolean);
}
