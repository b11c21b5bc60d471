import { texts } from './language.js';

const known = (value) => value !== undefined && Number.isFinite(value);

/** Seconds as a latency: three digits that matter. */
export function latency(seconds) {
  if (!known(seconds)) return texts().noData;
  if (seconds === 0) return '0 ms';
  const ms = seconds * 1000;
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 1 : 2)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** What lies between two edges of the histogram, in seconds; without an upper one, all above. */
export function interval(lower, upper) {
  const unit = (upper ?? lower) < 1 ? 'ms' : 's';
  const bare = (seconds) => String(Number((unit === 'ms' ? seconds * 1000 : seconds).toPrecision(6)));
  if (upper === undefined) return `> ${bare(lower)} ${unit}`;
  if (lower === 0) return `≤ ${bare(upper)} ${unit}`;
  return `${bare(lower)}–${bare(upper)} ${unit}`;
}

/** A measured ratio, always with as many digits after the point; what is nothing or everything has none. */
export function percent(ratio, digits = 2) {
  if (!known(ratio)) return texts().noData;
  return `${(ratio * 100).toFixed(ratio === 0 || ratio === 1 ? 0 : digits)} %`;
}

/** A threshold or a tick, as short as it can be said. */
export const roundPercent = (ratio) => `${Number((ratio * 100).toFixed(2))} %`;

export function rate(perSecond) {
  if (!known(perSecond)) return texts().noData;
  return String(Number(perSecond.toFixed(perSecond < 9.95 ? 1 : 0)));
}

export const count = (value) => (known(value) ? Math.round(value).toLocaleString('en-US') : texts().noData);

/** A count in at most four characters. */
export function shortCount(value) {
  if (value < 1000) return String(Math.round(value));
  if (value < 999_500) return `${Number((value / 1000).toPrecision(value < 9950 ? 2 : 3))}k`;
  return `${Number((value / 1e6).toPrecision(2))}M`;
}

export function bytes(value) {
  if (!known(value)) return texts().noData;
  const mebibytes = value / 2 ** 20;
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(2)} GiB` : `${mebibytes.toFixed(0)} MiB`;
}

/** A time span in its two largest units. */
export function duration(seconds) {
  const { d, h, m, s } = texts().duration;
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 86_400), d],
    [Math.floor(whole / 3600) % 24, h],
    [Math.floor(whole / 60) % 60, m],
    [whole % 60, s],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return `0 ${s}`;
  return parts
    .slice(first, first + 2)
    .filter(([value], i) => i === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** Time of day of a Unix time in seconds, as the reader's clock shows it. */
export function clock(seconds, withSeconds = true) {
  const time = new Date(seconds * 1000);
  const pad = (value) => String(value).padStart(2, '0');
  const short = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  return withSeconds ? `${short}:${pad(time.getSeconds())}` : short;
}
