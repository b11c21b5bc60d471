import { byId, h } from './dom.js';
import { EXAMPLES } from './examples.js';
import { codePoints } from './format.js';
import { strings } from './i18n.js';
import { CUSTOM_SCHEME } from './tasks.js';

/**
 * Draws the fields of one task. `values` is the task's draft: fields read and write it.
 * @param {{task: object, schemes: string[], values: Record<string, string>, limit: () => number | undefined, onExample: () => void}} options
 */
export function renderForm({ task, schemes, values, limit, onExample }) {
  const texts = strings();
  const labels = h('div', { class: 'field', hidden: !(task.ownLabels && values.scheme === CUSTOM_SCHEME) });
  labels.append(...field({ name: 'labels', label: 'fieldLabels', rows: 2 }, values));

  const options = task.ownLabels ? [...schemes, CUSTOM_SCHEME] : schemes;
  const schemeField =
    options.length > 0 &&
    schemeChoice(options, values, () => {
      labels.hidden = values.scheme !== CUSTOM_SCHEME;
    });

  byId('task-description').textContent = texts.tasks[task.type].description;
  byId('fields').replaceChildren(
    ...task.fields.map((definition) => h('div', { class: 'field' }, ...field(definition, values))),
    ...[schemeField, task.ownLabels && labels].filter(Boolean),
  );
  byId('examples').replaceChildren(
    h('span', { class: 'examples-title', 'aria-hidden': 'true' }, texts.examples),
    ...EXAMPLES[task.type].map((example) =>
      h(
        'button',
        {
          type: 'button',
          class: 'example',
          title: Object.values(example.values).join('\n'),
          onclick: () => {
            Object.assign(values, example.values);
            onExample();
          },
        },
        texts.domains[example.domain],
      ),
    ),
  );

  const count = () => {
    byId('counter').textContent = texts.counter(codePoints(values[task.fields[0].name] ?? ''), limit());
  };
  byId('fields').oninput = count;
  count();
}

function field({ name, label, rows }, values) {
  const id = `field-${name}`;
  const control = rows === 1 ? h('input', { type: 'text' }) : h('textarea', { rows });
  control.id = id;
  control.name = name;
  control.value = values[name] ?? '';
  control.lang = 'zh-CN';
  control.autocomplete = 'off';
  control.spellcheck = false;
  control.addEventListener('input', () => {
    values[name] = control.value;
  });
  return [h('label', { for: id }, strings()[label]), control];
}

function schemeChoice(schemes, values, onChange) {
  const texts = strings();
  return h(
    'fieldset',
    { class: 'choice' },
    h('legend', {}, texts.fieldScheme),
    schemes.map((scheme) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name: 'scheme',
          value: scheme,
          checked: values.scheme === scheme,
          onchange: () => {
            values.scheme = scheme;
            onChange();
          },
        }),
        h('span', {}, texts.schemes[scheme] ?? scheme),
      ),
    ),
  );
}
