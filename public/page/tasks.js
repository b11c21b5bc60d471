import { renderEmbedding } from './answers/embedding.js';
import { renderEvents } from './answers/event.js';
import { renderEntities } from './answers/ner.js';
import { renderAnswer } from './answers/qa.js';
import { renderRelations } from './answers/relation.js';
import { renderScores } from './answers/scores.js';
import { renderSimilarity } from './answers/similarity.js';

const TEXT = { name: 'input_text', label: 'fieldText', rows: 7 };

/**
 * The tasks of the page in the order shown. `schemes` are those of the starter model, used when the service does
 * not list its own; `render(result, request)` gives `{summary, nodes}`, with `spoken` when the
 * nodes show what the summary says, so that only screen readers need it.
 */
export const TASKS = [
  { type: 'ner', fields: [TEXT], schemes: ['default', 'cluener', 'msra', 'boson'], render: renderEntities },
  { type: 'relation', fields: [TEXT], render: renderRelations },
  { type: 'event', fields: [TEXT], render: renderEvents },
  { type: 'sentiment', fields: [TEXT], render: renderScores },
  {
    type: 'classification',
    fields: [TEXT],
    schemes: ['topic', 'news'],
    ownLabels: true,
    render: renderScores,
  },
  {
    type: 'qa',
    fields: [
      { name: 'context', label: 'fieldContext', rows: 7 },
      { name: 'question', label: 'fieldQuestion', rows: 1 },
    ],
    render: renderAnswer,
  },
  { type: 'embedding', fields: [TEXT], render: renderEmbedding, secondary: true },
  {
    type: 'similarity',
    fields: [
      { name: 'text_a', label: 'fieldTextA', rows: 2 },
      { name: 'text_b', label: 'fieldTextB', rows: 2 },
    ],
    render: renderSimilarity,
    secondary: true,
  },
];

/** The scheme that stands for the caller's own labels. */
export const CUSTOM_SCHEME = 'custom';

/** Body of POST /predict for what the form holds. */
export function requestOf(task, values) {
  const request = { task_type: task.type };
  for (const { name } of task.fields) request[name] = values[name] ?? '';
  if (task.ownLabels && values.scheme === CUSTOM_SCHEME) request.labels = splitLabels(values.labels ?? '');
  else if (values.scheme) request.scheme = values.scheme;
  return request;
}

const splitLabels = (text) =>
  text
    .split(/[,，、;；\n]/)
    .map((label) => label.trim())
    .filter((label) => label !== '');
