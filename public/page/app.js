import { renderOutcome } from './answer-view.js';
import { info, predict } from './api.js';
import { byId } from './dom.js';
import { EXAMPLES } from './examples.js';
import { renderForm } from './form.js';
import { strings, switchLanguage, translateDocument } from './i18n.js';
import { KEY_GIVEN } from './key-form.js';
import { createTaskList } from './task-list.js';
import { CUSTOM_SCHEME, requestOf, TASKS } from './tasks.js';

/** What each task was last asked and answered, so that switching tasks loses nothing. */
const states = new Map(
  TASKS.map((task) => [
    task.type,
    {
      task,
      values: { scheme: task.schemes?.[0], ...EXAMPLES[task.type][0].values },
      outcome: null,
      pending: null,
    },
  ]),
);
let chosen = states.has(location.hash.slice(1)) ? location.hash.slice(1) : TASKS[0].type;
/** Answer of GET /info; null until it is here, or when there is none. */
let service = null;
let serviceAsked = false;

const taskList = createTaskList(TASKS, choose);
const offer = (type) => service?.tasks?.find((task) => task.type === type);

/** The schemes that the service offers; the starter's when it did not say. */
function schemesOf(task) {
  const offered = offer(task.type);
  return (offered ? offered.schemes : task.schemes) ?? [];
}

/** Another model may not have the scheme of an example, or none but the caller's own labels. */
function settleScheme({ task, values }) {
  const schemes = schemesOf(task);
  if (!task.schemes || values.scheme === CUSTOM_SCHEME || schemes.includes(values.scheme)) return;
  values.scheme = schemes[0] ?? (task.ownLabels ? CUSTOM_SCHEME : undefined);
}

function choose(type) {
  chosen = type;
  history.replaceState(null, '', `#${type}`);
  render();
}

function render() {
  const state = states.get(chosen);
  translateDocument();
  byId('language').textContent = strings().otherLanguage;
  byId('language').lang = strings().htmlLang === 'en' ? 'zh-CN' : 'en';
  renderOffer();
  settleScheme(state);
  renderForm({
    task: state.task,
    schemes: schemesOf(state.task),
    values: state.values,
    limit: () => service?.limits?.input_text_code_points,
    onExample: () => {
      render();
      void submit();
    },
  });
  const reason = offer(chosen)?.available === false ? offer(chosen).reason : null;
  if (reason) byId('task-description').textContent = strings().taskUnavailable(reason);
  renderAnswer();
}

function renderAnswer() {
  const { task, outcome, pending } = states.get(chosen);
  renderOutcome(task, outcome, pending !== null);
  byId('submit').textContent = pending ? strings().submitting : strings().submit;
}

function renderOffer() {
  taskList.update(chosen, (type) => offer(type)?.available !== false);
  const model = service?.model;
  const texts = strings();
  byId('service').dataset.state = model ? 'ready' : 'unknown';
  if (model) byId('service').textContent = texts.serviceReady(`${model.name} ${model.version}`);
  else byId('service').textContent = serviceAsked ? texts.serviceUnknown : '';
}

/** Sends the form; a task's later request replaces its earlier one. */
async function submit() {
  const state = states.get(chosen);
  state.pending?.abort();
  const pending = new AbortController();
  state.pending = pending;
  renderAnswer();
  settleScheme(state);
  const request = requestOf(state.task, state.values);
  let response = null;
  try {
    response = await predict(request, pending.signal);
  } catch (error) {
    if (pending.signal.aborted) return;
    console.info('no answer from the service', error);
  }
  state.outcome = { request, response };
  state.pending = null;
  if (states.get(chosen) === state) renderAnswer();
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
byId('form').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  void submit();
});
byId('language').addEventListener('click', () => {
  switchLanguage();
  render();
});
document.addEventListener(KEY_GIVEN, async () => {
  service = (await info()) ?? service;
  void submit();
  renderOffer();
});
addEventListener('hashchange', () => {
  if (states.has(location.hash.slice(1))) choose(location.hash.slice(1));
});

render();
service = await info();
serviceAsked = true;
if (byId('fields').contains(document.activeElement)) renderOffer();
else render();
