import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { mixedBody } from '../../test/e2e/mixed-requests.ts';
import { type Answer, post, slotAgent } from './post.ts';

export interface Sample extends Answer {
  /** performance.now() when it was due: a late client does not flatter the service. */
  readonly at: number;
  readonly ms: number;
  /** Number of the client that sent it; each client has one connection at a time. */
  readonly client: number;
}

export interface Load {
  /** Answered and failed requests so far, in the order of their end. */
  readonly samples: readonly Sample[];
  readonly inFlight: number;
  /** Sends no more; resolves when the last one is answered. */
  stop(): Promise<readonly Sample[]>;
}

const body = (i: number) => JSON.stringify(mixedBody(i));

/** Clients that each wait for an answer before they ask again, on one kept-alive connection each. */
export function closedLoad(
  url: string,
  options: {
    clients: number;
    count?: number;
    pauseMs?: number;
    bodyOf?: (i: number) => string;
    /** Before a client that was refused (429) asks again. */
    refusedPauseMs?: number;
    /** Of one slot, instead of the shared port. */
    socketPath?: string;
  },
): Load & { readonly done: Promise<readonly Sample[]> } {
  const { clients, count = Infinity, pauseMs = 0, refusedPauseMs = 0, bodyOf = body, socketPath } = options;
  const samples: Sample[] = [];
  let inFlight = 0;
  let next = 0;
  let stopped = false;
  const runClient = async (client: number) => {
    const agent =
      socketPath === undefined ? new Agent({ keepAlive: true, maxSockets: 1 }) : slotAgent(socketPath);
    while (!stopped && next < count) {
      const at = performance.now();
      inFlight += 1;
      const answer = await post(agent, url, bodyOf(next++));
      inFlight -= 1;
      samples.push({ ...answer, at, ms: performance.now() - at, client });
      if (pauseMs > 0) await sleep(pauseMs);
      else if (answer.code === 429) await sleep(refusedPauseMs);
      else if (answer.code === 0) await sleep(10); // a refused connection must not become a busy loop
    }
    agent.destroy();
  };
  const done = Promise.all(Array.from({ length: clients }, (_, client) => runClient(client))).then(
    () => samples,
  );
  return {
    samples,
    get inFlight() {
      return inFlight;
    },
    done,
    stop() {
      stopped = true;
      return done;
    },
  };
}

/** Node's Agent heeds the server's `Keep-Alive: timeout` only where it has a longer one of its own. */
const IDLE_MS = 60_000;

/**
 * Requests at a rate that the answers do not change, at random moments (Poisson): as many connections as that takes, or a
 * new one for each request.
 */
export function openLoad(
  url: string,
  options: { perSecond: number; bodyOf?: (i: number) => string; keepAlive?: boolean },
): Load {
  const { perSecond, bodyOf = body, keepAlive = true } = options;
  const agent = new Agent({ keepAlive, maxFreeSockets: 2048, scheduling: 'lifo', timeout: IDLE_MS });
  const samples: Sample[] = [];
  const pending = new Set<Promise<void>>();
  let dueAt = performance.now();
  let sent = 0;
  const send = (at: number, i: number) => {
    const call = post(agent, url, bodyOf(i)).then((answer) => {
      samples.push({ ...answer, at, ms: performance.now() - at, client: i });
      pending.delete(call);
    });
    pending.add(call);
  };
  const timer = setInterval(() => {
    for (; dueAt <= performance.now(); dueAt += (-Math.log(1 - Math.random()) / perSecond) * 1000)
      send(dueAt, sent++);
  }, 2);
  return {
    samples,
    get inFlight() {
      return pending.size;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
      return samples;
    },
  };
}

/** Requests answered per second when so many clients ask without a pause. */
export async function capacityOf(
  url: string,
  { ms, clients = 16, bodyOf = body }: { ms: number; clients?: number; bodyOf?: (i: number) => string },
): Promise<number> {
  const load = closedLoad(url, { clients, bodyOf });
  await sleep(ms);
  return (answered(await load.stop()).length / ms) * 1000;
}

export const answered = (samples: readonly Sample[]) => samples.filter(({ code }) => code === 200);
export const refused = (samples: readonly Sample[]) => samples.filter(({ code }) => code === 429);
/** Neither answered nor refused. */
export const broken = (samples: readonly Sample[]) => failed(samples).filter(({ code }) => code !== 429);
/** Not answered, whatever the reason. */
export const failed = (samples: readonly Sample[]) => samples.filter(({ code }) => code !== 200);

/** Milliseconds within which this share of the samples was answered; NaN without samples. */
export function quantileMs(samples: readonly Sample[], share: number): number {
  const sorted = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The most requests that failed in any one client. */
export function worstClient(samples: readonly Sample[]): number {
  const counts = new Map<number, number>();
  for (const { client } of failed(samples)) counts.set(client, (counts.get(client) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}
