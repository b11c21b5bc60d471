import { definitions } from '../../metrics/definitions.ts';
import { CliError } from '../cli-error.ts';
import type { Text } from '../language.ts';
import type { Admin } from '../sources/admin.ts';
import type { Sample } from '../sources/exposition.ts';
import type { Prometheus } from '../sources/prometheus.ts';
import { thisInstance } from '../sources/this-instance.ts';

/** Requests a second of this instance that a worker had to answer, as the alert on capacity counts them. */
export interface Traffic {
  /** Of the last five minutes; null where Prometheus does not know. */
  readonly present: number | null;
  /** Of the busiest five minutes of the last day. */
  readonly busiest: number | null;
  /** Why they are not known. */
  readonly missing: Text | null;
}

/** Capacity is still known without Prometheus: what is missing is said in the report. */
export async function readTraffic(
  prometheus: Prometheus,
  admin: Admin,
  samples: readonly Sample[],
): Promise<Traffic> {
  try {
    const instance = await thisInstance(prometheus, admin.url, samples);
    const rate = `sum(rate(${definitions.taskRequests.name}{${instance},status=~"success|error|rejected"}[5m]))`;
    const [[present], [busiest]] = await Promise.all([
      prometheus.query(rate),
      prometheus.query(`max_over_time(${rate}[24h:1m])`),
    ]);
    // Without a request yet there is no rate.
    return { present: present?.value ?? 0, busiest: busiest?.value ?? 0, missing: null };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { present: null, busiest: null, missing: error.text };
  }
}
