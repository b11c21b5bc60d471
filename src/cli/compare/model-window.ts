import { definitions } from '../../metrics/definitions.ts';
import { CliError } from '../cli-error.ts';
import type { Labels } from '../sources/exposition.ts';
import type { Prometheus } from '../sources/prometheus.ts';
import type { WindowOptions } from '../windows/read-window.ts';

const POINTS = 2000;
/** The first moments after a reload are the reload's. */
const SETTLE_POINTS = 2;

/**
 * The last stretch of time in which a model was loaded; `text` is its NAME or NAME@VERSION, without or with its graph.
 * @param horizonSeconds how far back to look
 */
export async function modelWindow(
  prometheus: Prometheus,
  text: string,
  now: number,
  horizonSeconds: number,
): Promise<WindowOptions> {
  const step = Math.max(1, Math.ceil(horizonSeconds / POINTS));
  const start = now - horizonSeconds;
  const series = await prometheus.queryRange(
    `max by (model, version) (${definitions.modelInfo.name})`,
    start,
    now,
    step,
  );
  const times = series
    .filter(({ labels }) => isMeant(text, labels))
    .flatMap(({ points }) => [...points].filter(([, value]) => value === 1).map(([time]) => time))
    .sort((a, b) => a - b);
  const end = times.at(-1);
  if (end === undefined) {
    const known = series.map(({ labels }) => `${labels.model}@${labels.version}`).join(', ') || '–';
    throw new CliError({
      en: `no model ${text} was loaded within the time looked at (--within); there were ${known}`,
      zh: `在所查时间（--within）内没有加载过模型 ${text}；有 ${known}`,
    });
  }
  let first = times.length - 1;
  while (first > 0 && (times[first] as number) - (times[first - 1] as number) <= step * 2) first -= 1;
  const begin = (times[first] as number) + SETTLE_POINTS * step;
  return { start: Math.min(begin, end - step), end };
}

function isMeant(text: string, { model = '', version }: Labels): boolean {
  const [name = '', wanted] = text.split('@');
  return (model === name || model.startsWith(`${name}/`)) && (wanted === undefined || wanted === version);
}
