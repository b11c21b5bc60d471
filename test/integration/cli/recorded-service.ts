import { definitions as d } from '../../../src/metrics/definitions.ts';
import type { StandInPrometheus, StandInSeries } from './stand-ins.ts';

export interface RecordedService {
  /** Unix seconds at which it changed. */
  readonly changedAt: number;
  /** Tokens of a request, before and after. */
  readonly tokens: readonly [number, number];
  readonly perSecond?: number;
  /** Seconds of inference a token, before and after. */
  readonly cost?: readonly [number, number];
  /** Cores of four that others on the host use, before and after: a node exporter tells. */
  readonly others?: readonly [number, number];
}

const QUEUE_SECONDS = 0.001;

/** What Prometheus has of a service with two workers and one task, scraped each second, that changes at one moment. */
export function recordedService(recorded: RecordedService): StandInPrometheus {
  const { changedAt, tokens, perSecond = 10, cost = [0.001, 0.001], others } = recorded;
  const began = changedAt - 86_400;
  const grow = (before: number, after: number) => (time: number) => {
    const whole = Math.floor(time);
    return (
      perSecond * ((Math.min(whole, changedAt) - began) * before + Math.max(0, whole - changedAt) * after)
    );
  };
  const infer = (i: 0 | 1) => tokens[i] * cost[i];
  const latency = (i: 0 | 1) => infer(i) + QUEUE_SECONDS;
  const counter = (
    name: string,
    labels: Record<string, string>,
    before: number,
    after = before,
  ): StandInSeries => ({
    metric: { __name__: name, instance: 'a', job: 'gte', ...labels },
    at: grow(before, after),
  });
  const ner = { task_type: 'ner' };
  const slots = ['0', '1'].flatMap((slot) => [
    counter(d.inferenceBusySeconds.name, { slot, model: 'm' }, infer(0) / 2, infer(1) / 2),
    counter(`${d.batchSize.name}_sum`, { slot, model: 'm' }, 0.5),
    counter('process_cpu_seconds_total', { slot }, infer(0) / 2, infer(1) / 2),
  ]);
  const cpu = (mode: string, before: number, after = before) =>
    counter('node_cpu_seconds_total', { job: 'node', mode }, before / perSecond, after / perSecond);
  const own = (i: 0 | 1) => infer(i) * perSecond;
  const host = others
    ? ['0', '1', '2', '3'].flatMap((core) =>
        [
          cpu('user', (own(0) + others[0]) / 4, (own(1) + others[1]) / 4),
          cpu('guest', others[0] / 4, others[1] / 4),
          cpu('idle', 0.5, 0.1),
          cpu('iowait', 0.1),
          cpu('steal', 0),
        ].map(({ metric, at }) => ({ metric: { ...metric, cpu: core }, at })),
      )
    : [];
  return {
    series: [
      ...host,
      counter(d.taskRequests.name, { ...ner, status: 'success' }, 1),
      counter(d.taskRequests.name, { ...ner, status: 'error' }, 0),
      counter(`${d.taskLatency.name}_count`, ner, 1),
      counter(`${d.taskLatency.name}_sum`, ner, latency(0), latency(1)),
      ...[0.01, 0.05, 0.1, 0.5].map((edge) =>
        counter(
          `${d.taskLatency.name}_bucket`,
          { ...ner, le: String(edge) },
          Number(edge >= latency(0)),
          Number(edge >= latency(1)),
        ),
      ),
      counter(`${d.taskLatency.name}_bucket`, { ...ner, le: '+Inf' }, 1),
      counter(`${d.stageDuration.name}_sum`, { ...ner, stage: 'infer' }, infer(0), infer(1)),
      counter(`${d.stageDuration.name}_sum`, { ...ner, stage: 'queue' }, QUEUE_SECONDS),
      counter(`${d.requestTokens.name}_sum`, ner, tokens[0], tokens[1]),
      counter(`${d.requestTokens.name}_count`, ner, 1),
      ...slots,
      { metric: { __name__: d.workers.name, instance: 'a', state: 'desired' }, at: () => 2 },
      { metric: { __name__: d.modelInfo.name, model: 'm/extractor', version: '1.0.0' }, at: () => 1 },
    ],
    instant: {
      'count_over_time(gte_workers': () => [{ metric: {}, value: 600 }],
      'avg_over_time(gte_workers': () => [{ metric: {}, value: 2 }],
      'max_over_time(gte_model_info': () => [
        { metric: { model: 'm/extractor', version: '1.0.0', engine: 'onnx' }, value: 1 },
      ],
    },
  };
}
