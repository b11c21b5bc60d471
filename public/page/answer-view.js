import { byId, h } from './dom.js';
import { errorView } from './error-view.js';
import { strings } from './i18n.js';
import { requestDetails } from './request-details.js';

/**
 * Draws what became of a task's last request.
 * @param {object} task
 * @param {{request: object, response: object | null} | null} outcome `response` is null when the service was not reached
 * @param {boolean} waiting
 */
export function renderOutcome(task, outcome, waiting) {
  const texts = strings();
  const response = outcome?.response;
  const answered = response?.ok === true && response.body !== null;
  const view = answered ? task.render(response.body.result, outcome.request) : { summary: '', nodes: [] };

  byId('answer').setAttribute('aria-busy', String(waiting));
  byId('summary').textContent = waiting ? texts.waiting : outcome ? view.summary : texts.emptyAnswer;
  byId('summary').classList.toggle('visually-hidden', view.spoken === true && !waiting);
  byId('answer').classList.toggle('is-empty', !outcome && !waiting);
  byId('error').replaceChildren(...(outcome && !answered && !waiting ? errorView(response) : []));
  byId('answer-body').replaceChildren(
    ...(answered && response.body.truncated ? [h('p', { class: 'warning' }, texts.truncated)] : []),
    ...view.nodes,
  );
  byId('request').hidden = !response;
  byId('request-body').replaceChildren(...(response ? requestDetails(outcome) : []));
}
