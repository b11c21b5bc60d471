/**
 * npm run drill:kill: 60 s of load through nginx with a worker killed in the middle. Exit code 1: a request failed that
 * was not inside the killed worker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../e2e/service.ts';
import { startNginx } from '../integration/nginx/nginx.ts';
import { killUnderLoad } from './kill-under-load.ts';

const HALF_MS = 30_000;

const cleanUps: (() => unknown)[] = [];
const service = await startService({ workers: 2, env: { GTE_LOG_LEVEL: 'warn' } });
cleanUps.push(() => service.stop());
try {
  const owner = { after: (cleanUp?: unknown) => cleanUps.push(cleanUp as () => unknown) };
  const { origin, log } = await startNginx(owner, { workers: 2, slotsDir: service.runDir });
  const loss = await killUnderLoad({ service, origin, log }, () => sleep(HALF_MS));
  console.log(`${loss.answered} answered, ${loss.failed} failed in ${(2 * HALF_MS) / 1000} s`);
  for (const request of loss.lost) {
    const where = loss.outside.includes(request) ? 'OUTSIDE the killed worker' : 'inside the killed worker';
    console.log(`${request.id}  ${request.status}  ${request.upstream}  ${where}`);
  }
  const seen = loss.lost.length === loss.failed;
  if (!seen) console.log(`WRONG  nginx logged ${loss.lost.length} failures, clients saw ${loss.failed}`);
  process.exitCode = seen && loss.outside.length === 0 ? 0 : 1;
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}
