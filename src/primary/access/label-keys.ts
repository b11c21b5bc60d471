import type { ApiKey, LabelledKey } from '../../auth/api-key.ts';

/** Totals outlive the keys they counted, so the names in /metrics are bounded over the primary's whole life. */
const MAX_LABELS = 1000;

/** Gives each key the name under which metrics count it: its own, or `other` once there were too many. */
export function createKeyLabels(max = MAX_LABELS) {
  const labels = new Set<string>();
  return (keys: readonly ApiKey[]): LabelledKey[] =>
    keys.map((key) => {
      if (labels.size < max) labels.add(key.name);
      return { ...key, label: labels.has(key.name) ? key.name : 'other' };
    });
}
