import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { RelayMetrics } from './metrics.ts';
import { postToRobot } from './post.ts';
import { createRateLimit } from './rate-limit.ts';
import type { Message, Protocol, Robot } from './robot.ts';

export interface SenderOptions {
  readonly maxQueued: number;
  /** First pause after a failed attempt; it doubles up to maxBackoffMs. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** A message older than this is not worth another attempt. */
  readonly maxAgeMs: number;
}
export const SENDER_OPTIONS: SenderOptions = {
  maxQueued: 200,
  backoffMs: 1000,
  maxBackoffMs: 60_000,
  maxAgeMs: 30 * 60_000,
};

interface Waiting {
  readonly message: Message;
  readonly sinceMs: number;
  attempts: number;
}

/** One robot's messages, in order, as fast as it allows; what fails is tried again with growing pauses. */
export function createSender(
  robot: Robot,
  protocol: Protocol,
  { metrics, logger }: { metrics: RelayMetrics; logger: Logger },
  options: SenderOptions = SENDER_OPTIONS,
) {
  const queue: Waiting[] = [];
  const limit = createRateLimit(protocol.rates);
  const stopped = new AbortController();
  let sending: Promise<void> | undefined;

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal });
  const end = (result: 'delivered' | 'refused' | 'dropped') => {
    metrics.notifications.inc({ robot: robot.name, result });
  };
  const drop = (reason: string) => {
    end('dropped');
    logger.error({ robot: robot.name, reason }, 'notification dropped');
  };

  async function sendAll(): Promise<void> {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      for (let wait = limit.take(); wait > 0; wait = limit.take()) await pause(wait);
      // The queue may have dropped its first entry meanwhile.
      if (queue[0] !== first) continue;
      if (performance.now() - first.sinceMs > options.maxAgeMs) drop('too old');
      else if (!(await settled(first))) continue;
      if (queue[0] === first) queue.shift();
      metrics.queued.set({ robot: robot.name }, queue.length);
    }
  }

  /** False: to be tried again. */
  async function settled(waiting: Waiting): Promise<boolean> {
    const outcome = await postToRobot(protocol.write(waiting.message, robot, Date.now()), robot, protocol);
    metrics.attempts.inc({ robot: robot.name, outcome: outcome.kind });
    if (outcome.kind === 'delivered') {
      end('delivered');
      return true;
    }
    if (outcome.kind === 'refused') {
      end('refused');
      logger.error({ robot: robot.name, reason: outcome.reason }, 'notification refused');
      return true;
    }
    waiting.attempts += 1;
    logger.warn({ robot: robot.name, reason: outcome.reason, attempts: waiting.attempts }, 'will try again');
    await pause(Math.min(options.backoffMs * 2 ** (waiting.attempts - 1), options.maxBackoffMs));
    return false;
  }

  function start(): void {
    if (sending || stopped.signal.aborted) return;
    sending = sendAll()
      .catch((error: unknown) => {
        if (stopped.signal.aborted) return;
        logger.error({ err: error, robot: robot.name }, 'message could not be written');
        queue.shift();
        end('refused');
      })
      .finally(() => {
        sending = undefined;
        if (queue.length > 0) start();
      });
  }

  return {
    robot,
    /** Queues a message; when the queue is full, its oldest makes room. */
    add(message: Message): void {
      if (queue.length >= options.maxQueued) {
        queue.shift();
        drop('queue full');
      }
      queue.push({ message, sinceMs: performance.now(), attempts: 0 });
      metrics.queued.set({ robot: robot.name }, queue.length);
      start();
    },
    /** Resolves when all was sent, or `ms` later; what is left then counts as dropped. */
    async drain(ms: number): Promise<void> {
      const late = setTimeout(() => stopped.abort(), ms);
      await Promise.race([sending, once(stopped.signal, 'abort')]);
      clearTimeout(late);
      if (queue.length === 0) return;
      for (const { message } of queue.splice(0)) {
        end('dropped');
        logger.error(
          { robot: robot.name, title: message.title },
          'notification not sent before the relay stopped',
        );
      }
      metrics.queued.set({ robot: robot.name }, 0);
    },
  };
}

export type Sender = ReturnType<typeof createSender>;
