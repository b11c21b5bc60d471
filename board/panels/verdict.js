import { h } from '/public/page/dom.js';
import * as format from '../texts/format.js';
import { texts } from '../texts/language.js';

const AS_TEXT = {
  workers: (value) => String(value),
  restarts: (value) => String(value),
  restarted: (value) => String(value),
  errors: (value) => format.percent(value),
  shed: (value) => format.percent(value),
  availability: (value) => format.percent(value),
  capacity: (value) => format.percent(value, 0),
  queue: (value) => format.percent(value, 0),
  latency: format.latency,
  eventLoop: format.latency,
  silent: format.duration,
  memory: format.bytes,
};
const LIMIT_AS_TEXT = {
  ...AS_TEXT,
  ...Object.fromEntries(
    ['errors', 'shed', 'availability', 'capacity', 'queue'].map((kind) => [kind, format.roundPercent]),
  ),
};
const OF_TASK = ['errors', 'latency', 'shed'];

/** The answer to "is anything wrong?": one calm line, or what exceeds its threshold, since when and, if slow, why. */
export function createVerdict(section) {
  const headline = h('p', { class: 'verdict-headline' });
  const list = h('ul', { class: 'firing' });
  // Read out when the list changes, not each second.
  const spoken = h('p', { class: 'visually-hidden', role: 'status' });
  section.replaceChildren(headline, list, spoken);

  function sentence(model, { kind, subject, value, limit }) {
    const name = OF_TASK.includes(kind) ? texts().tasks[model.hello.tasks[subject]] : subject;
    return texts().alerts[kind]({
      subject: name,
      value: AS_TEXT[kind](value),
      limit: LIMIT_AS_TEXT[kind](limit),
    });
  }

  /** Where a slow task's time goes. */
  function cause(model, { kind, subject, minute }) {
    if (kind !== 'latency') return undefined;
    const means = model.measures.stageMeans(minute, [subject]).map((mean) => mean || 0);
    const total = means.reduce((sum, mean) => sum + mean, 0);
    if (total === 0) return undefined;
    const most = means.indexOf(Math.max(...means));
    return texts().cause(texts().stages[model.hello.stages[most]], format.percent(means[most] / total, 0));
  }

  function item(model, alert) {
    const ago = format.duration(model.frame.second - alert.since);
    const { kind, subject = '' } = alert;
    return h(
      'li',
      {
        dataset: {
          alert: kind,
          since: alert.since,
          subject: OF_TASK.includes(kind) ? model.hello.tasks[subject] : String(subject),
        },
      },
      h('strong', { class: 'firing-what' }, sentence(model, alert)),
      h('span', { class: 'firing-cause' }, cause(model, alert)),
      h('span', { class: 'firing-since' }, texts().since(format.clock(model.timeOf(alert.since)), ago)),
    );
  }

  return {
    render({ model, minute, tasks, lost }) {
      if (lost) {
        section.dataset.state = 'lost';
        headline.replaceChildren(
          h('strong', {}, texts().silence(format.clock(model.frame.at / 1000))),
          h('span', {}, texts().silenceDetail),
        );
        list.replaceChildren();
        return;
      }
      const { firing, pending } = model.alerts;
      const idle = !minute || model.measures.requests(minute, tasks) === 0;
      const calm = idle ? 'idle' : 'good';
      section.dataset.state = firing.length > 0 ? 'bad' : pending.length > 0 ? 'warn' : calm;
      const [title, detail] =
        pending.length > 0
          ? [texts().pending(pending.length), texts().pendingDetail]
          : idle
            ? [texts().idle, texts().idleDetail]
            : [texts().calm, texts().calmDetail];
      headline.replaceChildren(
        h('strong', {}, firing.length > 0 ? texts().firing(firing.length) : title),
        ...(firing.length > 0 ? [] : [h('span', {}, detail)]),
      );
      list.replaceChildren(...firing.map((alert) => item(model, alert)));
      const summary = firing.map(({ kind, subject }) => `${kind} ${subject}`).join();
      if (spoken.dataset.of !== summary) {
        spoken.dataset.of = summary;
        spoken.textContent = firing.map((alert) => sentence(model, alert)).join('；');
      }
    },
  };
}
