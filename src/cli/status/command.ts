import { definitions } from '../../metrics/definitions.ts';
import { CliError } from '../cli-error.ts';
import { defineCommand } from '../define-command.ts';
import { adminOf, adminOption, prometheusOf, prometheusOption } from '../sources/endpoints.ts';
import type { Prometheus } from '../sources/prometheus.ts';
import { renderStatus, type StatusDocument } from './render.ts';
import { taskRates, taskTotals } from './task-rates.ts';

/** Exit code of a service that answers, but not as it should. */
const EXIT_UNWELL = 1;

export const status = defineCommand({
  name: 'status',
  usage: '[--json]',
  summary: {
    en: 'One screen: workers, model, rates, what is firing. Exit code 1 when workers are missing or an alert fires.',
    zh: '一屏概览：工作进程、模型、流量、正在触发的告警。缺少工作进程或有告警触发时退出码为 1。',
  },
  options: { ...adminOption, ...prometheusOption },
  async run(call) {
    const admin = adminOf(call.values, call.env);
    const [workers, samples, monitored] = await Promise.all([
      admin.workers(),
      admin.samples(),
      monitoring(prometheusOf(call.values, call.env)),
    ]);
    const gauge = (state: string) =>
      samples.find(({ name, labels }) => name === definitions.workers.name && labels.state === state)
        ?.value ?? 0;
    const document: StatusDocument = {
      workers: { desired: gauge('desired'), ready: gauge('ready'), rows: workers },
      models: samples
        .filter(({ name, value }) => name === definitions.modelInfo.name && value === 1)
        .map(({ labels }) => ({
          model: labels.model ?? '',
          version: labels.version ?? '',
          engine: labels.engine ?? '',
        })),
      totals: taskTotals(samples),
      ...monitored,
    };
    call.print(document, () => renderStatus(document, call));
    const { desired, ready } = document.workers;
    return ready < desired || document.alerts?.length ? EXIT_UNWELL : 0;
  },
});

/** A status without Prometheus is still a status: what is missing is said in it. */
async function monitoring(
  prometheus: Prometheus,
): Promise<Pick<StatusDocument, 'rates' | 'alerts' | 'missing'>> {
  try {
    const [rates, alerts] = await Promise.all([taskRates(prometheus), prometheus.alerts()]);
    // The Watchdog always fires, to prove that alerts arrive.
    const firing = alerts.filter(({ state, name }) => state === 'firing' && name !== 'Watchdog');
    return { rates, alerts: firing, missing: null };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { rates: null, alerts: null, missing: error.text };
  }
}
