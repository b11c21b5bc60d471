import { join } from 'node:path';
import { closedLoad, failed, type Load } from '../../chaos/load/load.ts';
import type { Service } from '../e2e/service.ts';
import { until } from '../e2e/until.ts';

const CLIENTS = 8;

export interface Front {
  readonly service: Service;
  readonly origin: string;
  /** Lines of nginx's access log, once there are so many. */
  readonly log: (count: number) => Promise<Record<string, unknown>[]>;
}

/** What nginx's access log says of a request that was not answered with 200. */
export interface LostRequest {
  readonly id: string;
  readonly status: string;
  /** The sockets tried, the last one being the one that failed. */
  readonly upstream: string;
  readonly beganMs: number;
  readonly endedMs: number;
}

export interface Loss {
  readonly answered: number;
  /** As clients saw it. */
  readonly failed: number;
  readonly lost: readonly LostRequest[];
  /** Of the lost ones, those that were not inside the killed worker. */
  readonly outside: readonly LostRequest[];
}

/**
 * Kills the worker of slot 0 amid the requests of eight clients through nginx.
 * @param half resolves when the load has lasted long enough: awaited before the kill and after it
 */
export async function killUnderLoad(
  { service, origin, log }: Front,
  half: (load: Load) => Promise<unknown>,
): Promise<Loss> {
  const load = closedLoad(origin, { clients: CLIENTS });
  await half(load);
  const victim = (await service.workers()).find(({ slot }) => slot === 0);
  if (victim === undefined || victim.pid <= 0) throw new Error('slot 0 has no worker to kill');
  const killedMs = Date.now();
  process.kill(victim.pid, 'SIGKILL');
  await until('the primary notices', async () => (await service.workers())[0]?.pid !== victim.pid, 30_000);
  const deadMs = Date.now();
  await half(load);
  const samples = await load.stop();

  const socket = `unix:${join(service.runDir, 'slot-0.sock')}`;
  const lost = (await log(samples.length)).filter(({ status }) => status !== '200').map(toLost);
  const inside = ({ upstream, beganMs, endedMs }: LostRequest) =>
    upstream.split(', ').at(-1) === socket && beganMs <= deadMs && endedMs >= killedMs;
  const failures = failed(samples).length;
  return {
    answered: samples.length - failures,
    failed: failures,
    lost,
    outside: lost.filter((request) => !inside(request)),
  };
}

function toLost({ request_id, status, upstream, msec, rt }: Record<string, unknown>): LostRequest {
  const endedMs = Math.round(Number(msec) * 1000);
  const beganMs = endedMs - Math.round(Number(rt) * 1000);
  return { id: String(request_id), status: String(status), upstream: String(upstream), beganMs, endedMs };
}
