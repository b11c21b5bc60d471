import { byId, h } from '/public/page/dom.js';
import { followPrimary } from './data/feed.js';
import { createModel } from './data/model.js';
import { SPANS, spanFor } from './data/spans.js';
import { createCorePanels } from './panels/core-panels.js';
import { createMatrix } from './panels/matrix.js';
import { setText } from './panels/panel.js';
import { createTaskFilter } from './panels/task-filter.js';
import { onThemeChange } from './panels/theme.js';
import { createVerdict } from './panels/verdict.js';
import { createWaterfall } from './panels/waterfall.js';
import { createWorkers } from './panels/workers.js';
import * as format from './texts/format.js';
import { switchLanguage, texts, translateDocument } from './texts/language.js';
import { viewOf } from './view.js';

/** A span of undefined follows the service's age, so that a young one does not show an empty quarter of an hour. */
const choice = { spanName: undefined, focus: undefined };
let state = 'connecting';
let model;
let frameRequested = false;

const panels = [
  createVerdict(byId('verdict')),
  createTaskFilter(byId('tasks'), (task) => {
    choice.focus = choice.focus === task ? undefined : task;
    redraw();
  }),
  createCorePanels(byId('panels')),
  createMatrix(byId('matrix')),
  createWaterfall(byId('waterfall')),
  createWorkers(byId('workers')),
];

function draw() {
  frameRequested = false;
  document.body.dataset.state = state;
  setText(byId('connection'), texts()[state]);
  if (!model?.frame || document.hidden) return;
  const { frame } = model;
  const spanName = choice.spanName ?? spanFor(frame.second);
  for (const button of byId('spans').children) {
    button.setAttribute('aria-pressed', String(button.dataset.span === spanName));
  }
  document.body.dataset.second = frame.second;
  const served = frame.totals.flat().reduce((sum, count) => sum + count, 0);
  byId('facts').dataset.served = served;
  // A model's graphs are named model/graph.
  const loaded = new Set(frame.models.map((graph) => `${graph.model.split('/')[0]} ${graph.version}`));
  const named = [...loaded].map((name) => {
    const change = frame.modelChanges.findLast(({ model, version }) => `${model} ${version}` === name);
    return change ? texts().modelSince(name, format.clock(model.timeOf(change.second))) : name;
  });
  const facts = [
    named.join(', '),
    texts().uptime(format.duration(frame.second)),
    texts().served(format.count(served)),
  ];
  setText(byId('facts'), facts.filter(Boolean).join(' · '));
  const view = viewOf(model, { ...choice, spanName, lost: state === 'lost' });
  for (const panel of panels) panel.render(view);
}

/** At most once a frame of the screen, and not while nobody looks. */
function redraw() {
  if (frameRequested) return;
  frameRequested = true;
  requestAnimationFrame(draw);
}

function rebuild() {
  translateDocument();
  setText(byId('language'), texts().otherLanguage);
  byId('language').lang = texts().htmlLang === 'en' ? 'zh-CN' : 'en';
  byId('spans').replaceChildren(
    ...Object.keys(SPANS).map((name) =>
      h(
        'button',
        {
          type: 'button',
          class: 'span',
          dataset: { span: name },
          onclick: () => {
            choice.spanName = name;
            redraw();
          },
        },
        texts().spans[name],
      ),
    ),
  );
  for (const panel of panels) panel.reset?.();
  redraw();
}

byId('language').addEventListener('click', () => {
  switchLanguage();
  rebuild();
});
onThemeChange(rebuild);
document.addEventListener('visibilitychange', redraw);
rebuild();

followPrimary({
  onHistory(...history) {
    model = createModel(...history);
  },
  onFrame(frame) {
    model.add(frame);
    redraw();
  },
  onState(next) {
    state = next;
    redraw();
  },
});
