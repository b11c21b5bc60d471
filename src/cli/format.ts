/** Seconds → milliseconds with three digits that matter. */
export function ms(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const value = seconds * 1000;
  const size = Math.abs(value);
  const text = value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

export function signedMs(seconds: number): string {
  const size = ms(Math.abs(seconds));
  return Number(size) === 0 ? size : `${seconds > 0 ? '+' : '−'}${size}`;
}

export function percent(ratio: number, digits = 1): string {
  return Number.isFinite(ratio) ? `${(ratio * 100).toFixed(digits)} %` : '–';
}

/** Digits that matter: 0.12, 3.4, 56, 1234. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
}

/** Local time, to the second. */
export function clock(unixSeconds: number): string {
  const at = new Date(unixSeconds * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export function megabytes(bytes: number | null): string {
  return bytes === null ? '–' : `${Math.round(bytes / 1024 / 1024)} MB`;
}
