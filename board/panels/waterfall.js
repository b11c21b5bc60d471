import { h } from '/public/page/dom.js';
import * as format from '../texts/format.js';
import { texts } from '../texts/language.js';
import { createPanel, setText } from './panel.js';

/** Mean time of a request in each stage, one stacked bar a task. */
export function createWaterfall(section) {
  const panel = createPanel(section);
  const legend = h('ul', { class: 'stage-legend' });
  const list = h('ol', { class: 'waterfall' });
  panel.body.append(legend, list);
  let key;
  let lines = [];

  function build({ model, shown }) {
    legend.replaceChildren(
      ...model.hello.stages.map((stage) =>
        h('li', { class: `stage-${stage}` }, h('i', { class: 'swatch' }), texts().stages[stage]),
      ),
    );
    lines = shown
      .filter(({ name }) => name !== 'unknown')
      .map((task) => {
        const parts = model.hello.stages.map((stage) => h('span', { class: `bar-part stage-${stage}` }));
        const total = h('span', { class: 'bar-total number' });
        const share = h('span', { class: 'bar-share' });
        const line = h(
          'li',
          { dataset: { task: task.name } },
          h('span', { class: 'bar-name' }, texts().tasks[task.name]),
          h('span', { class: 'bar' }, ...parts),
          total,
          share,
        );
        return { task, line, parts, total, share };
      });
    list.replaceChildren(...lines.map(({ line }) => line));
  }

  return {
    reset() {
      key = undefined;
    },
    render(view) {
      const { model, shown, whole } = view;
      const { measures, hello } = model;
      panel.describe(texts().waterfall.title, texts().waterfall.caption(texts().spans[view.spanName]));
      const nextKey = hello.instance + shown.map(({ name }) => name).join();
      if (key !== nextKey) build(view);
      key = nextKey;
      const means = lines.map(({ task }) =>
        hello.stages.map((_, i) => (whole ? measures.stageMeans(whole, [task.index])[i] || 0 : 0)),
      );
      const totals = means.map((stages) => stages.reduce((sum, mean) => sum + mean, 0));
      const longest = Math.max(...totals, Number.MIN_VALUE);
      lines.forEach(({ line, parts, total, share }, l) => {
        const stages = means[l];
        const most = stages.indexOf(Math.max(...stages));
        const known = totals[l] > 0;
        stages.forEach((mean, i) => {
          parts[i].style.setProperty('--share', `${((100 * mean) / longest).toFixed(2)}%`);
          parts[i].dataset.value = mean;
          parts[i].title = `${texts().stages[hello.stages[i]]} ${format.latency(mean)}`;
        });
        line.dataset.most = known ? hello.stages[most] : '';
        setText(total, format.latency(known ? totals[l] : Number.NaN));
        const name = texts().stages[hello.stages[most]];
        setText(share, known ? `${name} ${format.percent(stages[most] / totals[l], 0)}` : '');
      });
    },
  };
}
