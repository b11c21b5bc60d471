import { serviceAnnotations } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { limits, percent } from '../limits.ts';
import { chosen, metric, rate } from '../metric.ts';
import { stat } from '../panels/stat.ts';
import { timeSeries } from '../panels/time-series.ts';
import { serviceVariables } from '../variables.ts';

const HALF = { width: 12, height: 8 } as const;
const SIXTH = { width: 4, height: 4 } as const;
const WHOLE = { width: 24, height: 8 } as const;
/** Beyond it the queue grows faster than the load. */
const SAFE_UTILISATION = limits.capacity_use_ratio;
const SAFE = percent(SAFE_UTILISATION);
const DAY_SECONDS = 86_400;

const perSecond = (...matchers: string[]) => `sum(${rate(`${metric.taskRequests}${chosen(...matchers)}`)})`;
const succeeded = perSecond('status="success"');
/** Mean over the slots. */
const utilisation = `avg(sum by (instance, slot) (${rate(`${metric.inferenceBusySeconds}${chosen()}`)}))`;
const capacity = `${SAFE_UTILISATION} * ${succeeded} / (${utilisation} > 0)`;
/** What `gte capacity` measured; absent until it did. */
const measured = `sum(${metric.capacity}${chosen('workload="mix"')})`;
const served = perSecond('status=~"success|error|rejected"');
const forecast = `predict_linear((${utilisation})[6h:], ${DAY_SECONDS})`;

/** How much more the machines bear, and until when. */
export const capacityBoard = () =>
  dashboard({
    uid: 'gte-capacity',
    title: 'GTE 容量',
    description: '还能承受多少，什么时候不够。Headroom now and forecast.',
    variables: serviceVariables(),
    annotations: serviceAnnotations(),
    from: 'now-24h',
    panels: [
      stat({
        ...SIXTH,
        title: '当前利用率',
        zh: `所有槽位推理线程的平均忙碌占比。${SAFE} 以上变红。`,
        en: `Mean share of busy time of all inference threads. Red above ${SAFE}.`,
        unit: 'percentunit',
        decimals: 0,
        redAbove: SAFE_UTILISATION,
        queries: [{ expr: utilisation }],
      }),
      stat({
        ...SIXTH,
        title: '估计容量',
        zh: `按当前请求的长短，利用率到 ${SAFE} 时每秒能成功多少请求。`,
        en: `Successful requests per second at ${SAFE} utilisation, for texts as long as now.`,
        unit: 'reqps',
        decimals: 1,
        queries: [{ expr: capacity }],
      }),
      stat({
        ...SIXTH,
        title: '余量',
        zh: `到 ${SAFE} 利用率之前还能增加的流量，为当前流量的倍数减一。`,
        en: `Growth of traffic that still fits below ${SAFE} utilisation, relative to now.`,
        unit: 'percentunit',
        decimals: 0,
        redBelow: 0,
        queries: [{ expr: `${SAFE_UTILISATION} / (${utilisation} > 0) - 1` }],
      }),
      stat({
        ...SIXTH,
        title: '24 小时后的利用率（预测）',
        zh: '由最近 6 小时的直线趋势外推；负值按 0 显示。只看趋势，不看昼夜。',
        en: 'Straight line through the last 6 hours, at least 0. A trend: it knows no day and night.',
        unit: 'percentunit',
        decimals: 0,
        redAbove: SAFE_UTILISATION,
        queries: [{ expr: `clamp_min(${forecast}, 0)` }],
      }),
      stat({
        ...SIXTH,
        title: '实测容量',
        zh: '`gte capacity` 测得的每秒可承受请求数（混合负载）；未测过，或测后换过模型、改过进程数时为空。',
        en: 'Requests a second that `gte capacity` found sustainable for the mix; empty until measured with this model and these workers.',
        unit: 'reqps',
        decimals: 1,
        queries: [{ expr: measured }],
      }),
      stat({
        ...SIXTH,
        title: '已用实测容量',
        zh: `当前流量占实测容量的比例。${SAFE} 以上变红，持续 10 分钟告警 GTE_CapacityLow。`,
        en: `Present traffic relative to the measured capacity. Red above ${SAFE}; for 10 minutes: GTE_CapacityLow.`,
        unit: 'percentunit',
        decimals: 0,
        redAbove: SAFE_UTILISATION,
        queries: [{ expr: `${served} / ${measured}` }],
      }),
      timeSeries({
        ...HALF,
        title: '利用率与预测',
        zh: `一条是当时的利用率，另一条是按当时之前 6 小时的趋势推到 24 小时后的值。${SAFE} 以上为红区。`,
        en: `Now, and what the 6 hours before each moment foretold for 24 hours later. Red above ${SAFE}.`,
        unit: 'percentunit',
        redAbove: SAFE_UTILISATION,
        queries: [
          { expr: utilisation, legend: '利用率 utilisation' },
          {
            expr: `clamp(${forecast}, 0, 1.5)`,
            legend: '24 小时后 in 24 h',
          },
        ],
      }),
      timeSeries({
        ...HALF,
        title: '流量与容量',
        zh: `每秒成功的请求，以及同样的请求在 ${SAFE} 利用率时的容量。两线相遇就该加机器。`,
        en: `Successful requests per second, and the capacity at ${SAFE} utilisation for the same requests. Where they meet, add machines.`,
        unit: 'reqps',
        queries: [
          { expr: succeeded, legend: '流量 traffic' },
          { expr: capacity, legend: '容量 capacity' },
        ],
      }),
      timeSeries({
        ...HALF,
        title: '每个请求占用的推理时间',
        zh: '推理线程忙碌的秒数 ÷ 成功的请求数。升高：文本变长、批变小或机器变慢。',
        en: 'Busy seconds of inference ÷ successful requests. Rising: longer texts, smaller batches or a slower machine.',
        unit: 's',
        queries: [
          {
            expr: `sum(${rate(`${metric.inferenceBusySeconds}${chosen()}`)}) / (${succeeded} > 0)`,
            legend: '每请求 per request',
          },
        ],
      }),
      timeSeries({
        ...HALF,
        title: '词元吞吐量',
        zh: '每秒送进模型的词元，按任务。这才是模型的工作量。',
        en: 'Tokens sent to the model per second, by task: the model’s real work.',
        unit: 'short',
        stacked: true,
        queries: [
          {
            expr: `sum by (task_type) (${rate(`${metric.requestTokens}_sum${chosen()}`)})`,
            legend: '{{task_type}}',
          },
        ],
      }),
      timeSeries({
        ...HALF,
        title: '被拒绝的请求占比',
        zh: `因过载被拒绝的请求占比，按任务。超过 ${percent(limits.shed_ratio)} 变红。`,
        en: `Share of requests refused for overload, by task. Red above ${percent(limits.shed_ratio)}.`,
        unit: 'percentunit',
        redAbove: limits.shed_ratio,
        queries: [
          {
            expr: `sum by (task_type) (${rate(`${metric.taskRequests}${chosen('status="rejected"')}`)}) / (sum by (task_type) (${rate(`${metric.taskRequests}${chosen()}`)}) > 0)`,
            legend: '{{task_type}}',
          },
        ],
      }),
      timeSeries({
        ...HALF,
        title: '队列占用（最满的槽位）',
        zh: '最满的队列占用了上限的多少。',
        en: 'How full the fullest queue is.',
        unit: 'percentunit',
        max: 1,
        redAbove: limits.queue_fill_ratio,
        queries: [
          {
            expr: `max by (instance) (${metric.queueTokens}${chosen()} / ${metric.queueLimitTokens}${chosen()})`,
            legend: '{{instance}}',
          },
        ],
      }),
      timeSeries({
        ...WHOLE,
        title: '流量最大的密钥',
        zh: '每秒请求数最多的十个 API 密钥，按结果；没有配置密钥时为空。',
        en: 'The ten API keys with the most requests per second, by outcome; empty without keys.',
        unit: 'reqps',
        queries: [
          {
            expr: `topk(10, sum by (key, status) (${rate(`${metric.keyRequests}${chosen()}`)}))`,
            legend: '{{key}} {{status}}',
          },
        ],
      }),
    ],
  });
