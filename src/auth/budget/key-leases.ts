import type { ApiKey } from '../api-key.ts';
import {
  type LeaseOrder,
  type LeaseRequest,
  type LeaseSubject,
  leaseId,
  leasesOf,
} from './lease-messages.ts';
import { createLeasePool, type LeasePool } from './lease-pool.ts';
import { createPlaces, createTokenBucket, type Supply } from './supply.ts';

/** A slice is what the whole rate gives in this time, divided among the workers, in seconds. */
const SLICE_SECONDS = 0.25;
/** A slice of places is this part of a worker's even share. */
const SLICE_OF_SHARE = 0.25;

export interface KeyLeasesOptions {
  readonly workers: number;
  readonly send: (worker: number, order: LeaseOrder) => void;
  readonly now: () => number;
}

export type KeyLeases = ReturnType<typeof createKeyLeases>;

/** The primary's side of the keys' budgets: one pool for each limit of each key. */
export function createKeyLeases({ workers, send, now }: KeyLeasesOptions) {
  const pools = new Map<string, { limit: string; pool: LeasePool }>();

  function set(subject: LeaseSubject, limit: string, next: { supply: Supply; slice: number }): void {
    const known = pools.get(leaseId(subject));
    if (known?.limit === limit) return;
    if (known) {
      known.limit = limit;
      known.pool.change(next);
      return;
    }
    const pool = createLeasePool({
      ...next,
      now,
      grant: (worker, units, retryMs) => send(worker, { type: 'lease-grant', ...subject, units, retryMs }),
      recall: (worker) => send(worker, { type: 'lease-recall', ...subject }),
    });
    pools.set(leaseId(subject), { limit, pool });
  }

  function setKey({ name, rate, concurrency }: ApiKey): void {
    const share = (units: number) => Math.max(1, Math.floor(units / workers));
    if (rate) {
      const next = { supply: createTokenBucket(rate, now), slice: share(rate.perSecond * SLICE_SECONDS) };
      set({ key: name, limit: 'rate' }, JSON.stringify(rate), next);
    }
    if (concurrency) {
      const next = { supply: createPlaces(concurrency), slice: share(concurrency * SLICE_OF_SHARE) };
      set({ key: name, limit: 'concurrency' }, String(concurrency), next);
    }
  }

  return {
    /** The keys from now on; budgets of keys that stay as they are go on. */
    setKeys(keys: readonly ApiKey[]): void {
      const wanted = new Set(keys.flatMap(leasesOf).map(leaseId));
      for (const [id, { pool }] of pools) {
        if (wanted.has(id)) continue;
        pool.close();
        pools.delete(id);
      }
      for (const key of keys) setKey(key);
    },
    receive(worker: number, message: LeaseRequest): void {
      const pool = pools.get(leaseId(message))?.pool;
      if (message.type === 'lease-ask') {
        if (pool) pool.ask(worker, message.units, message.urgent);
        else
          send(worker, {
            type: 'lease-grant',
            key: message.key,
            limit: message.limit,
            units: 0,
            retryMs: 1000,
          });
      } else pool?.returned(worker, message.units, message.kept);
    },
    /** A worker is gone: what it had is lent to others. */
    left(worker: number): void {
      for (const { pool } of pools.values()) pool.left(worker);
    },
  };
}
