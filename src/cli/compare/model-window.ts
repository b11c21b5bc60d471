import { definitions } from '../../metrics/definitions.ts';
import { unavailable } from '../cli-error.ts';
import type { Labels } from '../sources/exposition.ts';
import type { Prometheus, Series } from '../sources/prometheus.ts';
import type { WindowOptions } from '../windows/read-window.ts';

const POINTS = 2000;
/** The first moments after a reload are the reload's: so many seconds, of a short stretch a tenth. */
const SETTLE_SECONDS = 30;

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
  const series = await loadedModels(prometheus, now - horizonSeconds, now, step);
  const times = timesOf(series, text);
  const end = times.at(-1);
  if (end === undefined) {
    const known = series.map(({ labels }) => `${labels.model}@${labels.version}`).join(', ') || '–';
    throw unavailable(
      `no model ${text} was loaded within the time looked at (--within); there were ${known}`,
      `在所查时间（--within）内没有加载过模型 ${text}；有 ${known}`,
    );
  }
  let first = times.length - 1;
  while (first > 0 && (times[first] as number) - (times[first - 1] as number) <= step * 2) first -= 1;
  // Between two points of so coarse a step another model may have been loaded still.
  const coarse = times[first] as number;
  const fine = Math.max(1, step / POINTS);
  const edge = timesOf(await loadedModels(prometheus, coarse - step, coarse, fine), text);
  const start = edge[0] ?? coarse;
  return { start: start + Math.min(SETTLE_SECONDS, (end - start) / 10), end };
}

const loadedModels = (prometheus: Prometheus, start: number, end: number, step: number) =>
  prometheus.queryRange(`max by (model, version) (${definitions.modelInfo.name})`, start, end, step);

/** When the model was loaded, in order. */
const timesOf = (series: readonly Series[], text: string): number[] =>
  series
    .filter(({ labels }) => isMeant(text, labels))
    .flatMap(({ points }) => [...points].filter(([, value]) => value === 1).map(([time]) => time))
    .sort((a, b) => a - b);

function isMeant(text: string, { model = '', version }: Labels): boolean {
  const [name = '', wanted] = text.split('@');
  return (model === name || model.startsWith(`${name}/`)) && (wanted === undefined || wanted === version);
}
