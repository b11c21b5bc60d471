import { byId, h } from './dom.js';
import { strings } from './i18n.js';

/**
 * The choice of task as radio buttons; texts change in place so that focus stays.
 * @param {{type: string, secondary?: boolean}[]} tasks
 * @param {(type: string) => void} onChoice
 */
export function createTaskList(tasks, onChoice) {
  const items = tasks.map(({ type, secondary }) => {
    const input = h('input', { type: 'radio', name: 'task', value: type, onchange: () => onChoice(type) });
    const name = h('span', { class: 'task-name' });
    const label = h(
      'label',
      { class: secondary ? 'task is-secondary' : 'task' },
      input,
      h('span', { class: 'task-face' }, name, h('span', { class: 'task-type', 'aria-hidden': 'true' }, type)),
    );
    return { type, input, name, label };
  });
  byId('tasks').replaceChildren(...items.map(({ label }) => label));

  /** @param {(type: string) => boolean} available */
  function update(chosen, available) {
    const texts = strings();
    for (const { type, input, name, label } of items) {
      input.checked = type === chosen;
      name.textContent = texts.tasks[type].name;
      label.classList.toggle('is-unavailable', !available(type));
      label.title = available(type) ? '' : texts.unavailable;
    }
  }
  return { update };
}
