import { randomBytes } from 'node:crypto';
import type { ApiKey, LabelledKey } from '../../auth/api-key.ts';
import { createKeyLeases } from '../../auth/budget/key-leases.ts';
import type { AccessMessage, PrimaryMessage, WorkerMessage } from '../../ipc.ts';
import type { Logger } from '../../logger.ts';
import { openKeyFile } from './key-file.ts';
import { createKeyLabels } from './label-keys.ts';

/** What the keys need of a worker process. */
export interface AccessWorker {
  readonly id: number;
  send(message: PrimaryMessage): void;
}

export interface AccessOptions {
  /** Undefined: the API is open. */
  readonly keysFile: string | undefined;
  /** How many workers share a budget. */
  readonly workers: number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly pollMs?: number;
}

export type Access = ReturnType<typeof createAccess>;

/**
 * The primary's part in who may call the API: reads the key file, tells the workers, lends them the keys' budgets.
 * @throws StartError when the key file can't be used.
 */
export function createAccess({ keysFile, workers, logger, pollMs }: AccessOptions) {
  const textKey = randomBytes(32).toString('hex');
  const present = new Map<number, AccessWorker>();
  const label = createKeyLabels();
  const leases = createKeyLeases({
    workers,
    now: () => performance.now(),
    send: (worker, order) => present.get(worker)?.send(order),
  });
  let keys: LabelledKey[] | undefined;

  const message = (): AccessMessage => ({ type: 'access', textKey, ...(keys && { keys }) });

  function setKeys(next: LabelledKey[]): void {
    keys = next;
    leases.setKeys(next);
  }

  function openKeys(path: string): () => void {
    const events = {
      keys(read: ApiKey[]) {
        setKeys(label(read));
        for (const worker of present.values()) worker.send(message());
        logger.info({ keys: read.length }, 'API keys read again');
      },
      fault: (reason: string) => logger.error({ reason }, 'API keys not changed: the key file is wrong'),
      exposed: () =>
        logger.warn({ file: path }, 'others than its owner may write to the API key file: chmod 600'),
    };
    const file = openKeyFile(path, events, pollMs);
    setKeys(label(file.keys));
    return file.stop;
  }
  const stop = keysFile === undefined ? () => undefined : openKeys(keysFile);

  return {
    /** A worker was forked. */
    joined(worker: AccessWorker): void {
      present.set(worker.id, worker);
    },
    receive(worker: AccessWorker, received: WorkerMessage): void {
      if (received.type === 'access-wanted') worker.send(message());
      if (received.type === 'lease-ask' || received.type === 'lease-return')
        leases.receive(worker.id, received);
    },
    /** A worker is gone. */
    left(worker: AccessWorker): void {
      present.delete(worker.id);
      leases.left(worker.id);
    },
    stop,
  };
}
