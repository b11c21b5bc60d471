import { STAGES } from '../../metrics/definitions.ts';
import { serviceAnnotations } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { limits, percent } from '../limits.ts';
import { chosen, mean, metric, quantile, rate } from '../metric.ts';
import { bucketHeatmap } from '../panels/heatmap.ts';
import { timeSeries } from '../panels/time-series.ts';
import { STAGE_COLOURS } from '../stage-colours.ts';
import { labelVariable, serviceVariables } from '../variables.ts';

const ofTask = (...more: string[]) => chosen('task_type="$task"', ...more);
const perSecond = (name: string, ...more: string[]) => `sum(${rate(`${name}${ofTask(...more)}`)})`;
const answered = `(${perSecond(metric.taskRequests, 'status="success"')} > 0)`;
const percentiles = (name: string) =>
  [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, name, ofTask()), legend: `P${q * 100}` }));

const THIRD = { width: 8, height: 8 } as const;
const HALF = { width: 12, height: 9 } as const;

/** One task from every side. */
export const task = () =>
  dashboard({
    uid: 'gte-task',
    title: 'GTE 任务',
    description: '一个任务的全貌：流量、延迟、阶段、文本和答案。One task from every side.',
    variables: [
      ...serviceVariables(),
      labelVariable('task', '任务 Task', `label_values(${metric.taskRequests}{job="$job"}, task_type)`),
    ],
    annotations: serviceAnnotations(),
    panels: [
      timeSeries({
        ...THIRD,
        title: '每秒请求数（按状态）',
        zh: '成功、失败（我们的错）、无效（客户端的错）、被拒绝（过载）、取消（客户端放弃）。',
        en: 'By status: success, error (our fault), invalid (the client’s), rejected (overload), cancelled (the client gave up).',
        unit: 'reqps',
        stacked: true,
        queries: [
          { expr: `sum by (status) (${rate(`${metric.taskRequests}${ofTask()}`)})`, legend: '{{status}}' },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '延迟分位数',
        zh: '从收到请求到答完，只统计成功和失败的请求。',
        en: 'From request to answer, success and error only.',
        unit: 's',
        queries: [
          ...percentiles(metric.taskLatency),
          { expr: mean(metric.taskLatency, ofTask()), legend: '平均 mean' },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '错误率',
        zh: `本任务因服务自身原因失败的请求占比。超过 ${percent(limits.error_ratio)} 变红。`,
        en: `Share of this task’s requests that failed by our own fault. Red above ${percent(limits.error_ratio)}.`,
        unit: 'percentunit',
        redAbove: limits.error_ratio,
        queries: [
          {
            expr: `${perSecond(metric.taskRequests, 'status="error"')} / (${perSecond(metric.taskRequests)} > 0)`,
            legend: '错误率 error ratio',
          },
        ],
      }),
      timeSeries({
        ...HALF,
        title: '阶段耗时（堆叠）',
        zh: '一个请求平均花在分词、排队、推理、解码上的时间。排队为主：加进程；推理为主：文本太长或模型太大。',
        en: 'Mean time of a request in tokenize, queue, infer and decode. Mostly queue: more workers; mostly infer: long texts or a large model.',
        unit: 's',
        stacked: true,
        colours: STAGE_COLOURS,
        // A query each: one for all would be stacked by the alphabet, not in the order that a request passes.
        queries: STAGES.map((stage) => ({
          expr: mean(metric.stageDuration, ofTask(`stage="${stage}"`), ['stage']),
          legend: '{{stage}}',
        })),
      }),
      bucketHeatmap({
        ...HALF,
        title: '延迟分布',
        zh: '每格是落入该延迟区间的每秒请求数，颜色越醒目越多。',
        en: 'Requests per second in each latency interval, the more it stands out, the more.',
        unit: 's',
        expr: `sum by (le) (${rate(`${metric.taskLatency}_bucket${ofTask()}`)})`,
      }),
      timeSeries({
        ...THIRD,
        title: '各阶段 P95',
        zh: '每个阶段自己的 P95；不能相加。',
        en: 'P95 of each stage by itself; they do not add up.',
        unit: 's',
        colours: STAGE_COLOURS,
        queries: [{ expr: quantile(0.95, metric.stageDuration, ofTask(), ['stage']), legend: '{{stage}}' }],
      }),
      timeSeries({
        ...THIRD,
        title: '处理中的请求',
        zh: '此刻正在处理的请求数。',
        en: 'Requests being answered now.',
        unit: 'short',
        queries: [{ expr: `sum(${metric.activeRequests}${ofTask()})`, legend: '$task' }],
      }),
      timeSeries({
        ...THIRD,
        title: '错误代码',
        zh: '没有得到 200 的请求，按错误代码，每秒。deadline：超时；overloaded：被拒绝；validation：请求有误。',
        en: 'Requests not answered with 200, by error code, per second. deadline: too late; overloaded: refused; validation: a wrong request.',
        unit: 'reqps',
        stacked: true,
        queries: [{ expr: `sum by (code) (${rate(`${metric.taskErrors}${ofTask()}`)})`, legend: '{{code}}' }],
      }),
      timeSeries({
        ...THIRD,
        title: '每个请求的词元数',
        zh: '送进模型的词元。延迟与它一起升高，就是文本变长了。',
        en: 'Tokens sent to the model. If latency rises with them, texts have grown.',
        unit: 'short',
        queries: [
          ...percentiles(metric.requestTokens).slice(0, 2),
          { expr: mean(metric.requestTokens, ofTask()), legend: '平均 mean' },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '截断和空答案占比',
        zh: '文本有一部分没有读到的答案，以及什么也没找到的答案，占成功请求的比例。',
        en: 'Answers to texts of which a part was not read, and answers that found nothing, as shares of the successes.',
        unit: 'percentunit',
        queries: [
          { expr: `${perSecond(metric.truncated)} / ${answered}`, legend: '截断 truncated' },
          { expr: `${perSecond(metric.taskEmpty)} / ${answered}`, legend: '空答案 empty' },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '置信度',
        zh: '所找到内容的得分，0 到 1。整体下降说明文本与训练数据越来越不像。',
        en: 'Scores of what was found, 0 to 1. A general fall: texts grow unlike the training data.',
        unit: 'percentunit',
        max: 1,
        queries: percentiles(metric.taskConfidence).slice(0, 2),
      }),
      timeSeries({
        width: 24,
        height: 8,
        title: '找到的标签（前十）',
        zh: '每秒找到最多的十种标签；调用者自带的标签记为 custom。',
        en: 'The ten labels found most often, per second; labels that callers bring count as custom.',
        unit: 'ops',
        stacked: true,
        queries: [
          {
            expr: `topk(10, sum by (label) (${rate(`${metric.taskLabel}${ofTask()}`)}))`,
            legend: '{{label}}',
          },
        ],
      }),
    ],
  });
