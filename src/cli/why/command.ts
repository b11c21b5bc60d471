import { unavailable } from '../cli-error.ts';
import { defineCommand } from '../define-command.ts';
import { parseDuration, parseNumber } from '../duration.ts';
import { prometheusOf, prometheusOption } from '../sources/endpoints.ts';
import { readWindow } from '../windows/read-window.ts';
import { parseMoment, untilOption } from '../windows/window-options.ts';
import { explain, isWorse } from './explain.ts';
import { renderWhy, whyDocument } from './render.ts';

const DAY_SECONDS = 86_400;

export const why = defineCommand({
  name: 'why',
  usage: '[--task TASK] [--since TIME] [--against previous|yesterday|MOMENT]',
  summary: {
    en: 'Why did a task get slower, or start to fail? Compares a window of time with an earlier one and says the cause in a sentence.',
    zh: '某个任务为什么变慢或开始失败？把一段时间与更早的一段比较，用一句话说出原因。',
  },
  notes: {
    en: 'Contributions add up to the change of the mean. Exit code 1 when something got slower, started to fail, or a worker stalls.',
    zh: '各原因的贡献之和等于平均延迟的变化。变慢、开始失败或有进程停顿时退出码为 1。',
  },
  options: {
    task: {
      type: 'string',
      value: 'TASK',
      help: {
        en: 'one task (default: all, or the only one that changed)',
        zh: '某个任务（默认全部，或唯一变化的那个）',
      },
    },
    since: {
      type: 'string',
      value: 'TIME',
      help: { en: 'length of the window (default 1h)', zh: '窗口长度（默认 1h）' },
    },
    ...untilOption,
    against: {
      type: 'string',
      value: 'WHAT',
      help: {
        en: 'the window before it (previous, default), the same hour yesterday, or one that ends at MOMENT',
        zh: '对照窗口：紧邻之前（previous，默认）、昨天同一时段（yesterday），或结束于某时刻',
      },
    },
    tolerance: {
      type: 'string',
      value: 'PERCENT',
      help: {
        en: 'a smaller change of the mean is none (default 10)',
        zh: '平均值变化小于此百分比视为没有变化（默认 10）',
      },
    },
    ...prometheusOption,
  },
  async run(call) {
    const { values, env } = call;
    const seconds = parseDuration(values.since ?? '1h', '--since');
    const tolerance = parseNumber(values.tolerance ?? '10', '--tolerance', 0, 1000) / 100;
    const now = Date.now() / 1000;
    const end = parseMoment(values.until ?? 'now', '--until', now);
    const against = values.against ?? 'previous';
    const earlier =
      against === 'previous'
        ? end - seconds
        : against === 'yesterday'
          ? end - DAY_SECONDS
          : parseMoment(against, '--against', now);
    const prometheus = prometheusOf(values, env);
    const [before, after] = await Promise.all([
      readWindow(prometheus, { start: earlier - seconds, end: earlier }),
      readWindow(prometheus, { start: end - seconds, end }),
    ]);
    const explanation = explain(before, after, values.task, tolerance);
    if (!explanation) {
      throw unavailable(
        `there is nothing to compare: no request of ${values.task ?? 'any task'} in either window`,
        `没有可比较的数据：两个窗口中都没有${values.task === undefined ? '任何任务' : ` ${values.task} `}的请求`,
      );
    }
    call.print(whyDocument(explanation), () => renderWhy(explanation, call));
    return isWorse(explanation.subject) || explanation.stalling.length > 0 ? 1 : 0;
  },
});
