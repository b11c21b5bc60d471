import { h } from './dom.js';
import { milliseconds } from './format.js';
import { strings } from './i18n.js';

/** Stage times as one stacked bar with its key. */
export function timingBar(stages, roundTripMs) {
  const texts = strings();
  const totalMs = stages.reduce((sum, { ms }) => sum + ms, 0);
  const parts = stages.map(({ stage, ms }) => {
    const part = h('span', { class: `timing-part stage-${stage}` });
    part.style.flexGrow = String(ms);
    return part;
  });
  const key = stages.map(({ stage, ms }) =>
    h(
      'li',
      { dataset: { stage } },
      h('span', { class: `swatch stage-${stage}` }),
      texts.stages[stage],
      h('span', { class: 'number' }, milliseconds(ms)),
    ),
  );
  return h(
    'div',
    { class: 'timing' },
    h(
      'p',
      { class: 'timing-total' },
      stages.length > 0 ? `${texts.serverTime} ${milliseconds(totalMs)}` : texts.noStages,
      h('span', { class: 'note' }, ` · ${texts.roundTrip} ${milliseconds(roundTripMs)}`),
    ),
    stages.length > 0 && h('div', { class: 'timing-bar', 'aria-hidden': 'true' }, parts),
    stages.length > 0 && h('ul', { class: 'timing-key' }, key),
  );
}
