import type { ApiKey } from '../api-key.ts';
import {
  type LeaseOrder,
  type LeaseRequest,
  type LeaseSubject,
  leaseId,
  leasesOf,
} from './lease-messages.ts';
import { createLeaseStock, type LeaseStock } from './lease-stock.ts';

export type Admission =
  | { readonly admitted: true; readonly release: () => void }
  | { readonly admitted: false; readonly limit: LeaseSubject['limit']; readonly retryMs: number };

export interface KeyBudgetsOptions {
  readonly send: (request: LeaseRequest) => void;
  readonly now: () => number;
}

export type KeyBudgets = ReturnType<typeof createKeyBudgets>;

/** A worker's side of the keys' budgets: what the primary lent it of each. */
export function createKeyBudgets({ send, now }: KeyBudgetsOptions) {
  const stocks = new Map<string, LeaseStock>();

  function stockOf(subject: LeaseSubject): LeaseStock {
    const known = stocks.get(leaseId(subject));
    if (known) return known;
    const stock = createLeaseStock({
      kind: subject.limit === 'rate' ? 'tokens' : 'places',
      ask: (units, urgent) => send({ type: 'lease-ask', ...subject, units, urgent }),
      giveBack: (units, kept) => send({ type: 'lease-return', ...subject, units, kept }),
      now,
    });
    stocks.set(leaseId(subject), stock);
    return stock;
  }

  return {
    /** A request with this key: `release` is to be called when it was answered. */
    async admit({ name: key, rate, concurrency }: ApiKey): Promise<Admission> {
      const places = concurrency ? stockOf({ key, limit: 'concurrency' }) : undefined;
      if (places && !(await places.take()))
        return { admitted: false, limit: 'concurrency', retryMs: places.retryMs() };
      const tokens = rate ? stockOf({ key, limit: 'rate' }) : undefined;
      if (tokens && !(await tokens.take())) {
        places?.putBack();
        return { admitted: false, limit: 'rate', retryMs: tokens.retryMs() };
      }
      return { admitted: true, release: () => places?.putBack() };
    },
    /** The keys from now on: stocks of limits that are gone are forgotten. */
    setKeys(keys: readonly ApiKey[]): void {
      const wanted = new Set(keys.flatMap(leasesOf).map(leaseId));
      for (const [id, stock] of stocks) {
        if (wanted.has(id)) continue;
        stock.close();
        stocks.delete(id);
      }
    },
    receive(order: LeaseOrder): void {
      const { key, limit } = order;
      const stock = stocks.get(leaseId(order));
      // Limits may go and come back while an order is on its way.
      if (!stock)
        send({
          type: 'lease-return',
          key,
          limit,
          units: order.type === 'lease-grant' ? order.units : 0,
          kept: 0,
        });
      else if (order.type === 'lease-grant') stock.granted(order.units, order.retryMs);
      else stock.recalled();
    },
  };
}
