import { stringify } from 'yaml';
import { alertGroups } from './alerts/index.ts';
import { recordingRules } from './recording-rules.ts';
import type { AlertRule } from './rule.ts';
import type { Thresholds } from './thresholds.ts';

const HEADER = '# Written by `npm run rules` from prometheus/thresholds.yaml and src/rules.\n';

/** The rule files of Prometheus by name: recording.yml and alerts.yml. */
export function renderRules(thresholds: Thresholds): Record<'recording.yml' | 'alerts.yml', string> {
  const alerts = Object.entries(alertGroups(thresholds)).map(([name, rules]) => ({
    name,
    rules: rules.map((rule) => alertEntry(rule, thresholds.runbookBaseUrl)),
  }));
  return {
    'recording.yml': toYaml([{ name: 'gte-recording', rules: recordingRules }]),
    'alerts.yml': toYaml(alerts),
  };
}

function alertEntry({ alert, expr, severity, labels, ...rule }: AlertRule, runbookBaseUrl: string) {
  return {
    alert,
    expr,
    ...(rule.for === undefined ? {} : { for: rule.for }),
    labels: { severity, ...labels },
    annotations: {
      summary: rule.summary,
      summary_en: rule.summaryEn,
      value: rule.value,
      runbook_url: `${runbookBaseUrl}/${alert}`,
    },
  };
}

function toYaml(groups: readonly unknown[]): string {
  return HEADER + stringify({ groups }, { lineWidth: 0 });
}
