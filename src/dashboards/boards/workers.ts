import { serviceAnnotations } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { limits, percent } from '../limits.ts';
import { chosen, mean, metric, quantile, rate } from '../metric.ts';
import { stat } from '../panels/stat.ts';
import { timeSeries } from '../panels/time-series.ts';
import { serviceVariables } from '../variables.ts';

const THIRD = { width: 8, height: 8 } as const;
const SIXTH = { width: 4, height: 4 } as const;
const SLOT = '{{instance}} {{slot}}';
const BY_SLOT = ['instance', 'slot'];
const bySlot = (expr: string, aggregate = 'sum') => `${aggregate} by (instance, slot) (${expr})`;

/** Each worker slot: is it there, busy, queueing, blocked, growing? */
export const workers = () =>
  dashboard({
    uid: 'gte-workers',
    title: 'GTE 工作进程',
    description: '每个槽位的利用率、队列、事件循环、内存、重启和批。Every worker slot.',
    variables: serviceVariables(),
    annotations: serviceAnnotations(),
    panels: [
      stat({
        ...SIXTH,
        title: '就绪',
        zh: '已就绪的工作进程数。',
        en: 'Workers that are ready.',
        unit: 'short',
        queries: [{ expr: `sum(${metric.workers}${chosen('state="ready"')})` }],
      }),
      stat({
        ...SIXTH,
        title: '缺少',
        zh: '应有数量减去就绪数量；不为 0 就变红。',
        en: 'Desired minus ready; red unless 0.',
        unit: 'short',
        redAbove: 1,
        queries: [
          {
            expr: `sum(${metric.workers}${chosen('state="desired"')}) - sum(${metric.workers}${chosen('state="ready"')})`,
          },
        ],
      }),
      stat({
        ...SIXTH,
        title: '异常重启（15 分钟）',
        zh: '崩溃、卡死、内存超限造成的重启。',
        en: 'Restarts after a crash, a hang or too much memory.',
        unit: 'short',
        decimals: 0,
        redAbove: 1,
        queries: [
          { expr: `sum(increase(${metric.workerRestarts}${chosen('reason=~"crash|hung|memory"')}[15m]))` },
        ],
      }),
      stat({
        ...SIXTH,
        title: '最久未上报',
        zh: `进程每 0.25 秒上报一次指标；超过 ${limits.snapshot_age_seconds} 秒变红：有进程卡住，又没有被替换。`,
        en: `Workers report every 0.25 s; red above ${limits.snapshot_age_seconds} s: one of them is blocked and was not replaced.`,
        unit: 's',
        decimals: 2,
        redAbove: limits.snapshot_age_seconds,
        queries: [{ expr: `max(${metric.workerSnapshotAge}${chosen()})` }],
      }),
      stat({
        ...SIXTH,
        title: '模型加载',
        zh: '最慢的进程加载模型所用的时间。',
        en: 'Time the slowest worker took to load the model.',
        unit: 's',
        decimals: 2,
        queries: [{ expr: `max(${metric.modelLoadSeconds}${chosen()})` }],
      }),
      stat({
        ...SIXTH,
        title: '模型',
        zh: '已加载的模型、版本和引擎；多于一个版本说明重载未完成。',
        en: 'Model, version and engine loaded; more than one version: a reload is under way.',
        unit: 'short',
        queries: [
          {
            expr: `count by (model, version, engine) (${metric.modelInfo}${chosen()})`,
            legend: '{{model}} {{version}} · {{engine}}',
          },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '利用率',
        zh: `推理线程忙碌的时间占比。持续高于 ${percent(limits.capacity_use_ratio)} 时排队时间会迅速变长。`,
        en: `Share of the time in which the inference thread is busy. Above ${percent(limits.capacity_use_ratio)} the queue grows fast.`,
        unit: 'percentunit',
        max: 1,
        queries: [{ expr: bySlot(rate(`${metric.inferenceBusySeconds}${chosen()}`)), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '队列占用',
        zh: '等待中的词元 ÷ 上限（GTE_QUEUE_TOKENS）。到 100 % 就开始拒绝请求。',
        en: 'Tokens waiting ÷ their limit (GTE_QUEUE_TOKENS). At 100 % requests are refused.',
        unit: 'percentunit',
        redAbove: limits.queue_fill_ratio,
        queries: [
          {
            expr: `${bySlot(`${metric.queueTokens}${chosen()}`, 'max')} / ${bySlot(`${metric.queueLimitTokens}${chosen()}`, 'max')}`,
            legend: SLOT,
          },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '队列长度',
        zh: '等待推理的文本段数。',
        en: 'Sequences waiting for the inference thread.',
        unit: 'short',
        queries: [{ expr: bySlot(`${metric.queueDepth}${chosen()}`, 'max'), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '事件循环 P99 延迟',
        zh: `主线程被占住的时间。高于 ${limits.event_loop_p99_seconds * 1000} ms：有东西阻塞了它。primary 是主进程。`,
        en: `How long the main thread is kept from its work. Above ${limits.event_loop_p99_seconds * 1000} ms something blocks it. primary: the primary process.`,
        unit: 's',
        redAbove: limits.event_loop_p99_seconds,
        queries: [{ expr: bySlot(`nodejs_eventloop_lag_p99_seconds${chosen()}`, 'max'), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '内存（RSS）',
        zh: '每个进程的常驻内存。只升不降：泄漏。',
        en: 'Resident memory of each process. Rising only: a leak.',
        unit: 'bytes',
        queries: [{ expr: bySlot(`process_resident_memory_bytes${chosen()}`, 'max'), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: 'CPU',
        zh: '每个进程使用的核数（用户态加内核态）。',
        en: 'Cores used by each process, user and system.',
        unit: 'short',
        queries: [{ expr: bySlot(rate(`process_cpu_seconds_total${chosen()}`)), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '重启',
        zh: '每个窗口内的重启，按槽位和原因。reload、age、terminated 是有意的。',
        en: 'Restarts in each window, by slot and reason. reload, age and terminated are intended.',
        unit: 'short',
        bars: true,
        stacked: true,
        queries: [
          {
            expr: `sum by (instance, slot, reason) (increase(${metric.workerRestarts}${chosen()}[$__rate_interval]))`,
            legend: `${SLOT} {{reason}}`,
          },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '批大小（平均）',
        zh: '一次推理处理的文本段数。负载升高时应当变大。',
        en: 'Sequences per inference. It should grow with the load.',
        unit: 'short',
        queries: [{ expr: mean(metric.batchSize, chosen(), BY_SLOT), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '填充浪费（平均）',
        zh: '一批中填充所占的比例；长短文本混在一批里就会升高。',
        en: 'Share of a batch that is padding; high when long and short texts share batches.',
        unit: 'percentunit',
        max: 1,
        queries: [{ expr: mean(metric.batchPaddingRatio, chosen(), BY_SLOT), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '批耗时 P95',
        zh: '推理线程处理一批的时间。',
        en: 'Time the inference thread spends on a batch.',
        unit: 's',
        queries: [{ expr: quantile(0.95, metric.batchDuration, chosen(), BY_SLOT), legend: SLOT }],
      }),
      timeSeries({
        ...THIRD,
        title: '拒绝和取消',
        zh: '每秒被队列拒绝的请求（full：已满，deadline：来不及，closed：正在退出）和客户端断开的请求。',
        en: 'Requests refused at the queue (full, deadline: it would end too late, closed: draining) and hung up, per second.',
        unit: 'reqps',
        stacked: true,
        queries: [
          {
            expr: `sum by (reason) (${rate(`${metric.queueRejected}${chosen()}`)})`,
            legend: '拒绝 {{reason}}',
          },
          { expr: `sum by (stage) (${rate(`${metric.cancelled}${chosen()}`)})`, legend: '取消 {{stage}}' },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '运行时间',
        zh: '每个槽位的进程已运行多久；掉到 0 就是重启。',
        en: 'Age of each slot’s process; a fall to 0 is a restart.',
        unit: 's',
        queries: [
          { expr: `time() - ${bySlot(`${metric.workerStartTime}${chosen()}`, 'max')}`, legend: SLOT },
        ],
      }),
    ],
  });
