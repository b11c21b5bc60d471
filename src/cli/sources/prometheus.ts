import { unavailable } from '../cli-error.ts';
import type { Text } from '../language.ts';
import type { Labels } from './exposition.ts';
import { FetchError, get } from './get.ts';

export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

export interface Series {
  readonly labels: Labels;
  /** Unix seconds → value, as asked for: only where there is one. */
  readonly points: ReadonlyMap<number, number>;
}

export interface Alert {
  readonly name: string;
  readonly state: string;
  readonly labels: Labels;
  readonly summary: Text;
  /** ISO 8601. */
  readonly since: string;
}

/** Prometheus' HTTP API, https://prometheus.io/docs/prometheus/latest/querying/api/ */
export interface Prometheus {
  readonly url: string;
  /** @param time Unix seconds; now unless given */
  query(expression: string, time?: number): Promise<readonly Value[]>;
  /** @param start,end,step seconds; `start` and `step` give the points' times */
  queryRange(expression: string, start: number, end: number, step: number): Promise<readonly Series[]>;
  alerts(): Promise<readonly Alert[]>;
}

interface Row {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

/** Sub-millisecond digits are lost on the way to Prometheus: times are compared rounded to it. */
const atMillisecond = (seconds: number) => Math.round(seconds * 1000) / 1000;

export function createPrometheus(url: string): Prometheus {
  const read = async (path: string, parameters: Record<string, string> = {}) => {
    const address = new URL(`${url.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    try {
      const { data } = JSON.parse(await get(address)) as { data: unknown };
      return data;
    } catch (error) {
      if (error instanceof SyntaxError) throw notPrometheus(url);
      if (!(error instanceof FetchError)) throw error;
      if (error.status === 404) throw notPrometheus(url);
      if (error.status !== undefined) throw refused(url, error.message);
      throw missing(url, error.message);
    }
  };
  return {
    url,
    async query(expression, time) {
      const at: Record<string, string> = time === undefined ? {} : { time: String(time) };
      const { result } = (await read('/api/v1/query', { query: expression, ...at })) as { result: Row[] };
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
    },
    async queryRange(expression, start, end, step) {
      // Prometheus cuts a step in seconds to a whole millisecond below: 8.072 becomes 8.071, and no later point is met.
      const parameters = {
        query: expression,
        start: String(start),
        end: String(end),
        step: `${Math.round(step * 1000)}ms`,
      };
      const { result } = (await read('/api/v1/query_range', parameters)) as { result: Row[] };
      return result.map(({ metric, values = [] }) => ({
        labels: metric,
        points: new Map(values.map(([time, value]) => [atMillisecond(time), Number(value)])),
      }));
    },
    async alerts() {
      const { alerts } = (await read('/api/v1/alerts')) as {
        alerts: { labels: Labels; annotations: Labels; state: string; activeAt: string }[];
      };
      return alerts.map(({ labels, annotations, state, activeAt }) => ({
        name: labels.alertname ?? '',
        state,
        labels,
        summary: {
          en: annotations.summary_en ?? annotations.summary ?? '',
          zh: annotations.summary ?? annotations.summary_en ?? '',
        },
        since: activeAt,
      }));
    },
  };
}

const missing = (url: string, reason: string) =>
  unavailable(
    `Prometheus at ${url} does not answer (${reason}); start it, or name it with --prometheus`,
    `Prometheus ${url} 没有响应（${reason}）；请启动它，或用 --prometheus 指明地址`,
  );

const refused = (url: string, reason: string) =>
  unavailable(`Prometheus at ${url} refused a query: ${reason}`, `Prometheus ${url} 拒绝了查询：${reason}`);

const notPrometheus = (url: string) =>
  unavailable(
    `what answers at ${url} is not Prometheus; name it with --prometheus`,
    `${url} 上运行的不是 Prometheus；请用 --prometheus 指明地址`,
  );
