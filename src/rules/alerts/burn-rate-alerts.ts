import { type BurnWindow, failedPerSecond, failedRatio } from '../recording-rules.ts';
import type { AlertRule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

/** The error budget of a task is being spent too fast: over a long window, and still so over a short one. */
export function burnRateAlerts({ values }: Thresholds): AlertRule[] {
  const objective = `${Number((values.availability_objective * 100).toFixed(4))}%`;
  const rule = (long: BurnWindow, short: BurnWindow, factor: number, minFailedPerMinute: number) => {
    const limit = Number((factor * (1 - values.availability_objective)).toPrecision(12));
    return {
      expr: `${failedRatio(long)} > ${limit}
  and ${failedRatio(short)} > ${limit}
  and 60 * ${failedPerSecond(long)} > ${minFailedPerMinute}`,
      summary: `任务 {{ $labels.task_type }} 在 ${long} 内有 {{ $value | humanizePercentage }} 的请求失败，错误预算（目标 ${objective}）消耗速度超过 ${factor} 倍`,
      summaryEn: `{{ $value | humanizePercentage }} of {{ $labels.task_type }} requests failed within ${long}: the error budget (objective ${objective}) burns more than ${factor} times too fast`,
      value: '{{ $value | humanizePercentage }}',
    };
  };
  return [
    {
      alert: 'GTE_ErrorBudgetBurnFast',
      ...rule('1h', '5m', values.burn_fast_factor, values.burn_fast_min_failed_per_minute),
      for: '2m',
      severity: 'critical',
    },
    {
      alert: 'GTE_ErrorBudgetBurnSlow',
      ...rule('6h', '30m', values.burn_slow_factor, values.burn_slow_min_failed_per_minute),
      for: '15m',
      severity: 'warning',
    },
  ];
}
