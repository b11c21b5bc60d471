import { amount, ms, percent } from '../format.ts';
import type { Text } from '../language.ts';
import { sum, type Window } from '../windows/window.ts';
import type { Cause } from './cause.ts';
import type { Explanation } from './explain.ts';

/** What each cause is called in the sentence: "mostly because …". */
export const BECAUSE: Readonly<Record<Cause, Text>> = {
  worker: { en: 'one worker is slower than the others', zh: '个别工作进程比其他的慢' },
  model: { en: 'another model is loaded', zh: '加载了不同的模型' },
  cpu: { en: 'others on the host take CPU', zh: '主机上其他程序占用了 CPU' },
  length: { en: 'the texts are of another length', zh: '文本长度变了' },
  traffic: { en: 'there is more traffic', zh: '流量变大' },
  mix: { en: 'other tasks make up the traffic', zh: '任务构成变了' },
  restarts: { en: 'workers restarted', zh: '工作进程重启' },
  capacity: { en: 'fewer workers are ready', zh: '就绪的工作进程变少' },
  cost: { en: 'inference needs longer for a token', zh: '每个 token 的推理变慢' },
  bunched: { en: 'requests come closer together', zh: '请求到达更集中' },
  unexplained: { en: 'of something the metrics do not show', zh: '指标中看不出的原因' },
};

const BECAUSE_FASTER: Partial<Readonly<Record<Cause, Text>>> = {
  worker: { en: 'no worker is slower than the others any more', zh: '不再有个别偏慢的工作进程' },
  cpu: { en: 'others on the host take less CPU', zh: '主机上其他程序占用的 CPU 变少' },
  traffic: { en: 'there is less traffic', zh: '流量变小' },
  restarts: { en: 'fewer workers restarted', zh: '工作进程重启变少' },
  capacity: { en: 'more workers are ready', zh: '就绪的工作进程变多' },
  cost: { en: 'inference needs less time for a token', zh: '每个 token 的推理变快' },
  bunched: { en: 'requests come more evenly', zh: '请求到达更均匀' },
};

/** The cause in words, by the direction in which it pushed and what is known of it. */
export function because(cause: Cause, explanation: Explanation, slower: boolean): Text {
  const { before, after } = explanation.subject.explanation;
  if (cause === 'length')
    return after.tokens > before.tokens
      ? { en: 'the texts are longer', zh: '文本变长' }
      : { en: 'the texts are shorter', zh: '文本变短' };
  if (cause === 'worker' && slower) {
    const slots = explanation.load.slots.slow.map(({ slot }) => slot);
    if (slots.length > 0)
      return slots.length === 1
        ? {
            en: `one worker (slot ${slots[0]}) is slower than the others`,
            zh: `有一个工作进程（槽位 ${slots[0]}）比其他的慢`,
          }
        : {
            en: `workers of slots ${slots.join(', ')} are slower than the others`,
            zh: `槽位 ${slots.join('、')} 的工作进程比其他的慢`,
          };
  }
  if (
    cause === 'bunched' &&
    slower &&
    explanation.load.after.metRate > explanation.load.before.metRate * 1.05
  )
    return BECAUSE.traffic;
  return (slower ? undefined : BECAUSE_FASTER[cause]) ?? BECAUSE[cause];
}

/** The numbers behind a cause. */
export function evidence(cause: Cause, { subject, load, before, after }: Explanation): Text {
  const then = subject.explanation.before;
  const now = subject.explanation.after;
  switch (cause) {
    case 'worker': {
      const said = load.slots.slow.map((slow) => ({
        en: `slot ${slow.slot}: ${ms(slow.after)} ms a sequence, ${ms(slow.before)} before, others × ${amount(load.slots.othersFactor)}; event loop p99 ${ms(after.slots.get(slow.slot)?.lagP99 ?? Number.NaN)} ms`,
        zh: `槽位 ${slow.slot}：每条序列 ${ms(slow.after)} 毫秒，之前 ${ms(slow.before)}，其他为 × ${amount(load.slots.othersFactor)}；事件循环 p99 ${ms(after.slots.get(slow.slot)?.lagP99 ?? Number.NaN)} 毫秒`,
      }));
      return { en: said.map(({ en }) => en).join('; '), zh: said.map(({ zh }) => zh).join('；') };
    }
    case 'model': {
      const names = load.newModels.join(', ');
      return {
        en: `${names || 'the same model'}; ${perToken(load.before.secondsPerToken)} → ${perToken(load.after.secondsPerToken)} ms a token`,
        zh: `${names || '模型未变'}；每 token ${perToken(load.before.secondsPerToken)} → ${perToken(load.after.secondsPerToken)} 毫秒`,
      };
    }
    case 'cpu': {
      const { othersCores: usedBefore, cores } = load.before;
      const got = `${amount(load.before.cpuPerBusy)} → ${amount(load.after.cpuPerBusy)}`;
      return usedBefore === undefined || load.after.othersCores === undefined
        ? { en: `workers got ${got} s of CPU a second of inference`, zh: `每秒推理得到的 CPU：${got} 秒` }
        : {
            en: `others used ${amount(usedBefore)} → ${amount(load.after.othersCores)} of ${cores} cores; workers got ${got} s of CPU a second of inference`,
            zh: `其他程序占用 ${amount(usedBefore)} → ${amount(load.after.othersCores)} / ${cores} 核；每秒推理得到的 CPU：${got} 秒`,
          };
    }
    case 'length':
      return {
        en: `${amount(then.tokens)} → ${amount(now.tokens)} tokens a request`,
        zh: `每个请求 ${amount(then.tokens)} → ${amount(now.tokens)} 个 token`,
      };
    case 'traffic':
    case 'bunched': {
      const rates = `${amount(load.before.rate)} → ${amount(load.after.rate)}`;
      const met = `${amount(load.before.metRate)} → ${amount(load.after.metRate)}`;
      const busy = `${percent(load.before.utilisation, 0)} → ${percent(load.after.utilisation, 0)}`;
      return {
        en: `${rates} req/s on average, ${met} at the moment of the average request; workers busy ${busy}`,
        zh: `平均每秒 ${rates} 个请求，请求到达时的瞬时速率 ${met}；工作进程忙碌 ${busy}`,
      };
    }
    case 'mix':
      return mixEvidence(before, after);
    case 'restarts': {
      const reasons = [...after.restarts.reasons].map(([reason, count]) => `${reason} ${count}`).join(', ');
      return { en: `restarts: ${reasons}`, zh: `重启：${reasons}` };
    }
    case 'capacity':
      return {
        en: `${amount(load.before.ready)} → ${amount(load.after.ready)} workers ready`,
        zh: `就绪进程 ${amount(load.before.ready)} → ${amount(load.after.ready)}`,
      };
    case 'cost':
      return {
        en: `${perToken(load.before.secondsPerToken)} → ${perToken(load.after.secondsPerToken)} ms a token; same model, no sign of others on the host`,
        zh: `每 token ${perToken(load.before.secondsPerToken)} → ${perToken(load.after.secondsPerToken)} 毫秒；模型未变，主机上无其他占用迹象`,
      };
    case 'unexplained':
      return { en: '', zh: '' };
  }
}

const perToken = (seconds: number) => (seconds * 1000).toFixed(3);

/** The task whose share of the requests grew most. */
function mixEvidence(before: Window, after: Window): Text {
  const share = (window: Window, task: string) =>
    sum(window.tasks.get(task)?.requests ?? []) /
    sum([...window.tasks.values()].flatMap(({ requests }) => requests));
  const [grown] = [...after.tasks.keys()]
    .map((task) => ({ task, was: share(before, task), is: share(after, task) }))
    .sort((a, b) => b.is - b.was - (a.is - a.was));
  if (!grown) return { en: '', zh: '' };
  const shares = `${percent(grown.was, 0)} → ${percent(grown.is, 0)}`;
  return { en: `${grown.task}: ${shares} of the requests`, zh: `${grown.task} 占请求的 ${shares}` };
}
