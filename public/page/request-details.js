import { copyButton } from './copy-button.js';
import { curlCommand } from './curl-command.js';
import { h } from './dom.js';
import { strings } from './i18n.js';
import { apiKey } from './key.js';
import { timingBar } from './timing-bar.js';

/** What a developer asks of an answer: times, request id, the command that repeats it, the JSON itself. */
export function requestDetails({ request, response }) {
  const texts = strings();
  const requestId = h('code', { class: 'request-id' }, response.requestId ?? '–');
  const curl = h(
    'code',
    {},
    curlCommand(new URL('predict', document.baseURI).href, request, apiKey() !== null),
  );
  return [
    h(
      'div',
      { class: 'request-facts' },
      timingBar(response.stages, response.roundTripMs),
      h(
        'dl',
        { class: 'facts' },
        fact(texts.requestId, requestId, response.requestId && copyButton(texts.copyRequestId, requestId)),
        fact(texts.status, h('code', {}, String(response.status))),
        response.body?.model && fact(texts.model, h('code', {}, response.body.model)),
      ),
    ),
    h(
      'div',
      { class: 'request-code' },
      h(
        'details',
        { class: 'fold', open: true },
        h('summary', {}, texts.curl),
        h('div', { class: 'code-block' }, h('pre', { tabindex: 0 }, curl), copyButton(texts.copyCurl, curl)),
      ),
      h(
        'details',
        { class: 'fold', id: 'raw-json' },
        h('summary', {}, texts.json),
        h(
          'div',
          { class: 'code-block' },
          h('pre', { tabindex: 0 }, h('code', {}, JSON.stringify(response.body, null, 2))),
        ),
      ),
    ),
  ];
}

const fact = (name, ...values) => h('div', {}, h('dt', {}, name), h('dd', {}, values.filter(Boolean)));
