/** The stages the service measures, in the order they run. */
export const STAGES = ['tokenize', 'queue', 'infer', 'decode'];

/**
 * @param {string | null} header e.g. `tokenize;dur=0.3, infer;dur=8.2`
 * @returns {{stage: string, ms: number}[]} known stages in running order
 */
export function parseServerTiming(header) {
  const durations = new Map();
  for (const entry of (header ?? '').split(',')) {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith('dur='));
    const ms = duration === undefined ? Number.NaN : Number(duration.slice(4));
    if (name && Number.isFinite(ms)) durations.set(name, ms);
  }
  return STAGES.filter((stage) => durations.has(stage)).map((stage) => ({ stage, ms: durations.get(stage) }));
}
