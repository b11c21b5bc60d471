import type { AlertRule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import { burnRateAlerts } from './burn-rate-alerts.ts';
import { hostAlerts } from './host-alerts.ts';
import { monitoringAlerts } from './monitoring-alerts.ts';
import { serviceAlerts } from './service-alerts.ts';
import { taskAlerts } from './task-alerts.ts';
import { workerAlerts } from './worker-alerts.ts';

/** Every alert, by the group it is evaluated in. */
export function alertGroups(thresholds: Thresholds): Readonly<Record<string, readonly AlertRule[]>> {
  return {
    'gte-tasks': taskAlerts(thresholds),
    'gte-error-budget': burnRateAlerts(thresholds),
    'gte-service': serviceAlerts(thresholds),
    'gte-workers': workerAlerts(thresholds),
    'gte-host': hostAlerts(thresholds),
    'gte-monitoring': monitoringAlerts(),
  };
}
