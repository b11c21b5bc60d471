import { createKeyBudgets } from '../auth/budget/key-budgets.ts';
import { createKeyring } from '../auth/keyring.ts';
import type { KeyGate } from '../http/key-gate.ts';
import type { AccessMessage, PrimaryMessage, WorkerMessage } from '../ipc.ts';
import { KEY_STATUSES } from '../metrics/definitions.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';

export interface JoinedAccess {
  /** Undefined: no key is needed. */
  readonly gate: KeyGate | undefined;
  /** Key of the hashes by which the access log names input texts. */
  readonly textKey: Buffer;
}

/** Resolves when the primary has said who may call the API; later changes reach the gate by themselves. */
export function joinAccess(
  metrics: WorkerMetrics,
  send: (message: WorkerMessage) => void,
): Promise<JoinedAccess> {
  const budgets = createKeyBudgets({ send, now: () => performance.now() });
  let ring = createKeyring<NonNullable<AccessMessage['keys']>[number]>([]);
  const gate: KeyGate = {
    find: (presented) => ring.find(presented),
    admit: budgets.admit,
    count: (key, status) => metrics.keyRequests.inc({ key: key?.label ?? 'none', status }),
  };
  return new Promise((resolve) => {
    process.on('message', (message: PrimaryMessage) => {
      if (message.type === 'lease-grant' || message.type === 'lease-recall') budgets.receive(message);
      if (message.type !== 'access') return;
      const { keys, textKey } = message;
      if (keys) {
        ring = createKeyring(keys);
        budgets.setKeys(keys);
        metrics.keyRequests.inc({ key: 'none', status: 'unauthorized' }, 0);
        for (const { label } of keys)
          for (const status of KEY_STATUSES)
            if (status !== 'unauthorized') metrics.keyRequests.inc({ key: label, status }, 0);
      }
      resolve({ gate: keys && gate, textKey: Buffer.from(textKey, 'hex') });
    });
    send({ type: 'access-wanted' });
  });
}
