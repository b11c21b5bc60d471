import { h } from '/public/page/dom.js';
import * as format from '../texts/format.js';
import { texts } from '../texts/language.js';
import { setText } from './panel.js';
import { taskHue } from './theme.js';

/** Legend and filter in one: a button a task with its colour and its present rate; pressed, the panels show it alone. */
export function createTaskFilter(fieldset, onChoose) {
  let key;
  let buttons = [];

  function build({ all }) {
    const button = (task) => {
      const swatch = h('i', { class: 'swatch' });
      if (task) swatch.style.setProperty('--hue', `var(--${taskHue(task.index)})`);
      const rate = h('span', { class: 'number' });
      const element = h(
        'button',
        {
          type: 'button',
          class: 'task',
          dataset: { task: task?.name ?? '' },
          onclick: () => onChoose(task?.name),
        },
        task && swatch,
        h('span', {}, task ? texts().tasks[task.name] : texts().allTasks),
        rate,
      );
      return { element, rate, task };
    };
    buttons = [button(undefined), ...all.map(button)];
    fieldset.replaceChildren(...buttons.map(({ element }) => element));
  }

  return {
    reset() {
      key = undefined;
    },
    render(view) {
      const nextKey = view.all.map(({ name }) => name).join();
      if (key !== nextKey) build(view);
      key = nextKey;
      const { measures } = view.model;
      for (const { element, rate, task } of buttons) {
        element.setAttribute('aria-pressed', String(view.focus === task?.name));
        const indices = task ? [task.index] : view.all.map(({ index }) => index);
        const now = view.recent ? measures.requestRate(view.recent, indices) : Number.NaN;
        rate.dataset.value = now;
        setText(rate, view.recent ? `${format.rate(now)}/s` : '');
      }
    },
  };
}
