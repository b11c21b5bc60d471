import { unavailable } from '../cli-error.ts';
import { type Labels, type Sample, startedAt } from './exposition.ts';
import type { Prometheus } from './prometheus.ts';

const STARTED = 'process_start_time_seconds{slot="primary"}';

/**
 * What Prometheus calls the instance whose admin port was asked, as a selector: `job="gte",instance="127.0.0.1:9090"`. It is
 * known by the moment at which its primary started, and among several of the same second by its address.
 * @throws CliError when Prometheus does not scrape it, or several might be it
 */
export async function thisInstance(
  prometheus: Prometheus,
  adminUrl: string,
  samples: readonly Sample[],
): Promise<string> {
  const started = startedAt(samples);
  const alike = (await prometheus.query(STARTED)).filter(({ value }) => value === started);
  const { host } = new URL(adminUrl);
  const named = alike.filter(({ labels }) => labels.instance === host);
  const [found, ...others] = named.length > 0 ? named : alike;
  if (found && others.length === 0) return selectorOf(found.labels);
  throw found
    ? unavailable(
        `Prometheus at ${prometheus.url} scrapes ${alike.length} instances that may be the one at ${adminUrl}; name it with --admin as Prometheus does`,
        `Prometheus ${prometheus.url} 抓取的实例中有 ${alike.length} 个可能是 ${adminUrl}；请用 --admin 写出 Prometheus 所用的地址`,
      )
    : unavailable(
        `Prometheus at ${prometheus.url} does not scrape the instance at ${adminUrl}`,
        `Prometheus ${prometheus.url} 没有抓取 ${adminUrl} 上的实例`,
      );
}

const selectorOf = ({ job = '', instance = '' }: Labels) =>
  `job=${JSON.stringify(job)},instance=${JSON.stringify(instance)}`;
