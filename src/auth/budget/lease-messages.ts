import type { ApiKey } from '../api-key.ts';

/** Which budget a message is about. */
export interface LeaseSubject {
  /** Name of the key. */
  readonly key: string;
  readonly limit: 'rate' | 'concurrency';
}

export const leaseId = ({ key, limit }: LeaseSubject) => `${limit}:${key}`;

/** The budgets a key has. */
export function leasesOf({ name: key, rate, concurrency }: ApiKey): LeaseSubject[] {
  return [
    ...(rate ? [{ key, limit: 'rate' } as const] : []),
    ...(concurrency ? [{ key, limit: 'concurrency' } as const] : []),
  ];
}

/** Worker → primary. */
export type LeaseRequest =
  | (LeaseSubject & { type: 'lease-ask'; units: number; urgent: boolean })
  | (LeaseSubject & { type: 'lease-return'; units: number; kept: number });

/** Primary → worker. */
export type LeaseOrder =
  | (LeaseSubject & { type: 'lease-grant'; units: number; retryMs: number })
  | (LeaseSubject & { type: 'lease-recall' });
