import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { serviceAnnotations } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { limits, percent } from '../limits.ts';
import { chosen, metric, quantile, rate } from '../metric.ts';
import { bucketHeatmap, seriesHeatmap } from '../panels/heatmap.ts';
import { timeSeries } from '../panels/time-series.ts';
import { labelVariable, serviceVariables } from '../variables.ts';

const CORE = { width: 8, height: 9 } as const;

const requests = (...matchers: string[]) => `sum(${rate(`${metric.taskRequests}${chosen(...matchers)}`)})`;
const requestsByTask = (...matchers: string[]) =>
  `sum by (task_type) (${rate(`${metric.taskRequests}${chosen(...matchers)}`)})`;

const latency = (q: number) => ({ expr: quantile(q, metric.taskLatency, chosen()), legend: `P${q * 100}` });

/** The six core panels on one screen, RED above, and a latency distribution for each task below. */
export const overview = () =>
  dashboard({
    uid: 'gte-overview',
    title: 'GTE 总览',
    description: '六个核心面板，一屏看完。Six core panels on one screen.',
    variables: [
      ...serviceVariables(),
      labelVariable('task', '任务 Task', `label_values(${metric.taskRequests}{job="$job"}, task_type)`, {
        all: true,
      }),
    ],
    annotations: serviceAnnotations(),
    panels: [
      timeSeries({
        ...CORE,
        title: '每秒请求数（按任务）',
        zh: '各任务每秒结束的请求，所有状态合计。突然归零说明流量没有到达服务。',
        en: 'Requests that ended per second, all statuses, by task. A sudden zero means that no traffic arrives.',
        unit: 'reqps',
        stacked: true,
        queries: [{ expr: requestsByTask(), legend: '{{task_type}}' }],
      }),
      seriesHeatmap({
        ...CORE,
        title: '各任务 P95 延迟',
        zh: `每行一个任务，颜色越醒目越慢，${limits.latency_p95_seconds} 秒及以上最醒目。只统计成功和失败的请求，被拒绝的不算。`,
        en: `One row per task, the more it stands out, the slower, up to ${limits.latency_p95_seconds} s. Answered requests only: success and error.`,
        unit: 's',
        expr: quantile(0.95, metric.taskLatency, chosen(), ['task_type']),
        legend: '{{task_type}}',
        from: 0,
        to: limits.latency_p95_seconds,
      }),
      timeSeries({
        ...CORE,
        title: '错误率',
        zh: `因服务自身原因失败的请求占比（500 和 504）。超过 ${percent(limits.error_ratio)} 变红。`,
        en: `Share of requests that failed by the service’s own fault (500 and 504). Red above ${percent(limits.error_ratio)}.`,
        unit: 'percentunit',
        redAbove: limits.error_ratio,
        queries: [
          {
            expr: `${requestsByTask('status="error"')} / (${requestsByTask()} > 0)`,
            legend: '{{task_type}}',
          },
          { expr: `${requests('status="error"')} / (${requests()} > 0)`, legend: '合计 total' },
        ],
      }),
      timeSeries({
        ...CORE,
        title: '处理中的请求',
        zh: '此刻正在处理的请求，按任务堆叠。持续升高而每秒请求数不变，说明在排队。',
        en: 'Requests being answered now, stacked by task. Rising at an even rate of requests, it means queueing.',
        unit: 'short',
        stacked: true,
        queries: [
          { expr: `sum by (task_type) (${metric.activeRequests}${chosen()})`, legend: '{{task_type}}' },
        ],
      }),
      timeSeries({
        ...CORE,
        title: 'P50 / P95 / P99 延迟',
        zh: '所有任务合在一起的延迟分位数。P99 单独升高：少数长文本；三条一起升高：过载。',
        en: 'Latency percentiles over all tasks. P99 alone rising: a few long texts; all three: overload.',
        unit: 's',
        queries: [latency(0.5), latency(0.95), latency(0.99)],
      }),
      timeSeries({
        ...CORE,
        title: '可用性',
        zh: `成功 ÷（成功 + 失败 + 被拒绝）。客户端自己的错误和主动断开不算。目标 ${percent(limits.availability_objective)}。`,
        en: `Success ÷ (success + error + rejected). Clients’ mistakes and hang-ups do not count. Objective ${percent(limits.availability_objective)}.`,
        unit: 'percentunit',
        max: 1,
        softMin: 0.95,
        redBelow: limits.availability_objective,
        queries: [
          {
            expr: `${requests('status="success"')} / (${requests('status=~"success|error|rejected"')} > 0)`,
            legend: '可用性 availability',
          },
        ],
      }),
      {
        row: new RowBuilder('各任务延迟分布 Latency distribution by task').collapsed(true).withPanel(
          bucketHeatmap({
            title: '延迟分布：$task',
            zh: '每格是落入该延迟区间的每秒请求数，颜色越醒目越多。两条醒目的带说明有快慢两类请求。',
            en: 'Requests per second in each latency interval, the more it stands out, the more. Two bands: two kinds of requests.',
            unit: 's',
            width: 12,
            height: 8,
            expr: `sum by (le) (${rate(`${metric.taskLatency}_bucket${chosen('task_type=~"$task"')}`)})`,
          })
            .repeat('task')
            .repeatDirection('h')
            .maxPerRow(2),
        ),
      },
    ],
  });
