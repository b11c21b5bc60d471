import type { ChildProcess } from 'node:child_process';

interface NewConnection {
  readonly cmd?: string;
  readonly act?: string;
  readonly seq?: number;
}

/**
 * node:cluster's round robin sends each connection to a worker and forgets it until the worker answers: one sent to a
 * frozen worker is neither closed nor given to another when that worker dies, so its client would wait for ever
 * (measured on Node 20). This notes what is under way to a worker and closes the rest when it is gone.
 */
export function closeLostHandOffs(worker: ChildProcess): void {
  const underWay = new Map<number, { close(): void }>();
  const send = worker.send.bind(worker) as (...args: unknown[]) => boolean;
  worker.send = ((message: NewConnection, handle?: { close(): void }, ...rest: unknown[]) => {
    if (message.cmd === 'NODE_CLUSTER' && message.act === 'newconn' && message.seq !== undefined && handle) {
      underWay.set(message.seq, handle);
    }
    return send(message, handle, ...rest);
  }) as typeof worker.send;
  worker.on('internalMessage' as 'message', (message: { ack?: number }) => {
    if (message.ack !== undefined) underWay.delete(message.ack);
  });
  worker.once('exit', () => {
    for (const handle of underWay.values()) handle.close();
    underWay.clear();
  });
}
