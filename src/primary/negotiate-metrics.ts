import { Registry, type RegistryContentType } from 'prom-client';

/** OpenMetrics when the Accept header weighs it at least as high as plain text, which is what everybody else gets. */
export function negotiateMetrics(accept: string | undefined): RegistryContentType {
  const openMetrics = weightOf('application/openmetrics-text', accept);
  return openMetrics > 0 && openMetrics >= weightOf('text/plain', accept)
    ? Registry.OPENMETRICS_CONTENT_TYPE
    : Registry.PROMETHEUS_CONTENT_TYPE;
}

/** Highest q of the media ranges that name the type; 0 when none does. */
function weightOf(type: string, accept = ''): number {
  const weights = accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()))
    .filter(([name]) => name === type)
    .map(([, ...parameters]) => Number(parameters.find((p) => p.startsWith('q='))?.slice(2) ?? 1));
  return Math.max(0, ...weights.filter(Number.isFinite));
}
