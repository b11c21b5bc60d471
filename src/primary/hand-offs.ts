import type { ChildProcess } from 'node:child_process';

interface InternalMessage {
  readonly cmd?: string;
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

interface HandOff {
  readonly seq: number;
  readonly handle: { close(): void };
}

/**
 * node:cluster's round robin sends each connection to a worker and forgets it until the worker answers (Node 20), so
 * - one sent to a frozen worker is neither closed nor given to another when that worker dies: its client would wait for
 *   ever;
 * - one that a worker out of file descriptors could not receive (NODE_HANDLE_NACK) is never answered: its client would wait
 *   for ever, and the worker, counted as busy with it, would never get another connection.
 * This notes what is under way, closes it when it is lost, and then answers in the worker's place.
 * @param onLost told of each connection that a living worker could not receive.
 */
export function mindHandOffs(worker: ChildProcess, onLost: () => void): void {
  const underWay = new Map<number, HandOff>();
  // Handles leave one at a time, in the order of their sending; each is acknowledged or not.
  const unacknowledged: (HandOff | undefined)[] = [];
  const send = worker.send.bind(worker) as (...args: unknown[]) => boolean;

  worker.send = ((message: InternalMessage, handle?: { close(): void }, ...rest: unknown[]) => {
    const { cmd, act, seq } = message;
    if (handle && typeof handle === 'object') {
      const handOff =
        cmd === 'NODE_CLUSTER' && act === 'newconn' && seq !== undefined ? { seq, handle } : undefined;
      unacknowledged.push(handOff);
      if (handOff) underWay.set(handOff.seq, handOff);
    }
    return send(message, handle, ...rest);
  }) as typeof worker.send;

  worker.on('internalMessage' as 'message', ({ cmd, ack }: InternalMessage) => {
    if (ack !== undefined) underWay.delete(ack);
    if (cmd === 'NODE_HANDLE_ACK') unacknowledged.shift();
    if (cmd !== 'NODE_HANDLE_NACK') return;
    const lost = unacknowledged.shift();
    if (!lost || !underWay.delete(lost.seq)) return;
    onLost();
    // node:cluster then closes the connection and gives the worker the next one.
    worker.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: lost.seq, accepted: true });
  });
  worker.once('exit', () => {
    for (const { handle } of underWay.values()) handle.close();
    underWay.clear();
  });
}
