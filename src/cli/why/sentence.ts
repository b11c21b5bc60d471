import { ms, percent } from '../format.ts';
import type { Text } from '../language.ts';
import { because } from './evidence.ts';
import type { Explanation, Verdict } from './explain.ts';
import type { StallingSlot } from './stalling-slots.ts';
import { verdictText } from './verdict-text.ts';

/** Below this share of the change a cause is not worth a place in the sentence. */
const WORTH_NAMING = 0.2;

/** The answer in one sentence; one more where requests fail too, and where a worker stalls unseen. */
export function sentence(explanation: Explanation): Text {
  const { subject } = explanation;
  const latency = latencySentence(explanation);
  const said = !subject.errors.rose
    ? [latency]
    : [errorSentence(subject, explanation), ...(subject.latency === 'slower' ? [latency] : [])];
  said.push(...othersSentence(explanation));
  said.push(...explanation.stalling.map(stallSentence));
  return { en: said.map(({ en }) => en).join(' '), zh: said.map(({ zh }) => zh).join('') };
}

const stallSentence = ({ slot, before, after }: StallingSlot): Text => ({
  en: `The worker of slot ${slot} stands still at times (event loop p99 ${ms(before)} → ${ms(after)} ms): what waits for it is not in these numbers.`,
  zh: `槽位 ${slot} 的工作进程时而停顿（事件循环 p99 ${ms(before)} → ${ms(after)} 毫秒）：等待它的时间不在这些数字里。`,
});

/** The other tasks that changed, unless the sentence is about all. */
function othersSentence({ subject, tasks }: Explanation): Text[] {
  if (subject.task === 'all') return [];
  const changed = tasks.filter(
    ({ task, latency, errors }) =>
      task !== subject.task &&
      task !== 'all' &&
      (latency === 'slower' || latency === 'faster' || errors.rose),
  );
  if (changed.length === 0) return [];
  const en = changed.map((verdict) => `${verdict.task} (${verdictText(verdict, 'en')})`).join(', ');
  const zh = changed.map((verdict) => `${verdict.task}（${verdictText(verdict, 'zh')}）`).join('、');
  return [{ en: `Others changed too: ${en}.`, zh: `其他任务也有变化：${zh}。` }];
}

function latencySentence(explanation: Explanation): Text {
  const { subject } = explanation;
  const { before, after, change } = subject.explanation;
  const name = nameOf(subject);
  if (subject.latency === 'unknown')
    return {
      en: `Too few answers to compare: ${before.answered} before, ${after.answered} now.`,
      zh: `回答太少，无法比较：之前 ${before.answered} 个，现在 ${after.answered} 个。`,
    };
  if (subject.latency === 'same')
    return {
      en: `Nothing changed: ${name.en} took ${ms(after.latency)} ms on average, ${ms(before.latency)} before; a change below ${ms(subject.noise)} ms is noise.`,
      zh: `没有变化：${name.zh}平均 ${ms(after.latency)} 毫秒，之前 ${ms(before.latency)} 毫秒；小于 ${ms(subject.noise)} 毫秒的差异属于波动。`,
    };
  const slower = subject.latency === 'slower';
  const causes = subject.causes.filter(({ seconds }) => seconds / change >= WORTH_NAMING).slice(0, 2);
  const named = causes.map(({ cause, seconds }) => {
    const text = because(cause, explanation, slower);
    const share = percent(Math.min(1, seconds / change), 0);
    return { en: `${text.en} (${share} of the change)`, zh: `${text.zh}（占变化的 ${share}）` };
  });
  const size = percent(Math.abs(change) / before.latency, 0);
  const means = `${ms(before.latency)} → ${ms(after.latency)}`;
  const reason = {
    en: named.length === 0 ? '' : `, because ${named.map(({ en }) => en).join(' and ')}`,
    zh: named.length === 0 ? '' : `，因为${named.map(({ zh }) => zh).join('，以及')}`,
  };
  return {
    en: `${capital(name.en)} got ${slower ? 'slower' : 'faster'}${reason.en}: ${means} ms on average, ${slower ? '+' : '−'}${size}.`,
    zh: `${name.zh}${slower ? '变慢' : '变快'}${reason.zh}：平均 ${means} 毫秒，${slower ? '+' : '−'}${size}。`,
  };
}

function errorSentence(subject: Verdict, explanation: Explanation): Text {
  const { ratio, codes } = subject.errors;
  const name = nameOf(subject);
  const [first] = codes;
  const ratios = `${percent(ratio.before, 2)} → ${percent(ratio.after, 2)}`;
  const reason = first ? reasonOf(first.code, explanation) : undefined;
  return {
    en: `${capital(name.en)} started to fail: ${ratios} of the requests${first ? `, mostly ${first.code} (${first.after} times)` : ''}${reason ? `: ${reason.en}` : ''}.`,
    zh: `${name.zh}开始失败：失败率 ${ratios}${first ? `，主要是 ${first.code}（${first.after} 次）` : ''}${reason ? `：${reason.zh}` : ''}。`,
  };
}

/** What an error code usually means, and where it comes from waiting, why requests wait. */
function reasonOf(code: string, explanation: Explanation): Text | undefined {
  if (code === 'overloaded' || code === 'deadline') {
    const what =
      code === 'overloaded'
        ? { en: 'more is asked than the workers can answer', zh: '请求超过了处理能力' }
        : { en: 'answers come after the deadline', zh: '回答超过了期限' };
    const [strongest] = [...explanation.load.demand].filter(([, ln]) => ln > 0).sort(([, a], [, b]) => b - a);
    if (!strongest) return what;
    const why = because(strongest[0], explanation, true);
    return { en: `${what.en}, since ${why.en}`, zh: `${what.zh}，因为${why.zh}` };
  }
  if (code === 'not_ready') return { en: 'no worker was ready', zh: '没有就绪的工作进程' };
  if (code === 'inference')
    return { en: "the model failed; see the workers' log", zh: '模型出错；请看工作进程的日志' };
  if (code === 'internal')
    return { en: "a fault in the service; see the workers' log", zh: '服务内部故障；请看工作进程的日志' };
  return undefined;
}

const nameOf = ({ task }: Verdict): Text =>
  task === 'all' ? { en: 'the service', zh: '服务' } : { en: task, zh: `${task} ` };

const capital = (text: string) => (text === 'the service' ? 'The service' : text);
