import { mock } from 'node:test';
import type { ApiKey } from '../../../src/auth/api-key.ts';
import { type Admission, createKeyBudgets, type KeyBudgets } from '../../../src/auth/budget/key-budgets.ts';
import { createKeyLeases } from '../../../src/auth/budget/key-leases.ts';
import type { LeaseOrder, LeaseRequest } from '../../../src/auth/budget/lease-messages.ts';

/**
 * A primary and workers that share budgets, with a clock and channels of the test's own. Call `mock.timers.reset()` when
 * done with it.
 */
export function createCluster(workers: number, keys: readonly ApiKey[]) {
  mock.timers.enable({ apis: ['setTimeout'] });
  let time = 0;
  let nextId = 0;
  const now = () => time;
  /** Messages under way, in the order they were sent. */
  const channel: (() => void)[] = [];
  const live = new Map<number, KeyBudgets>();
  const frozen = new Map<number, (() => void)[]>();
  const asks = { count: 0 };
  const leases = createKeyLeases({
    workers,
    now,
    send: (worker, order: LeaseOrder) => {
      channel.push(() => {
        const receive = () => live.get(worker)?.receive(order);
        const waiting = frozen.get(worker);
        if (waiting) waiting.push(receive);
        else receive();
      });
    },
  });
  leases.setKeys(keys);

  function fork(): number {
    const id = nextId++;
    live.set(
      id,
      createKeyBudgets({
        now,
        send(request: LeaseRequest) {
          if (request.type === 'lease-ask') asks.count += 1;
          channel.push(() => live.has(id) && leases.receive(id, request));
        },
      }),
    );
    return id;
  }

  /** Lets every message arrive, and what waits for it go on. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await Promise.resolve();
      while (channel.length > 0) {
        channel.shift()?.();
        quiet = 0;
      }
    }
  }

  return {
    ids: Array.from({ length: workers }, fork),
    fork,
    settle,
    asks,
    now,
    /** A request at one worker; undefined while it is not decided. */
    request(worker: number, key: ApiKey): { admission: Admission | undefined } {
      const request: { admission: Admission | undefined } = { admission: undefined };
      void live
        .get(worker)
        ?.admit(key)
        .then((admission) => {
          request.admission = admission;
        });
      return request;
    },
    kill(worker: number): void {
      live.delete(worker);
      frozen.delete(worker);
      leases.left(worker);
    },
    /** It takes no messages until it is killed. */
    freeze: (worker: number) => void frozen.set(worker, []),
    setKeys(next: readonly ApiKey[]): void {
      leases.setKeys(next);
      for (const worker of live.values()) worker.setKeys(next);
    },
    async advance(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; ) {
        const step = Math.min(5, ms - passed);
        passed += step;
        time += step;
        mock.timers.tick(step);
        await settle();
      }
    },
  };
}
