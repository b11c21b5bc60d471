// npm run bench:board: what the live board costs the primary; exit code 1 when ten viewers cost more than is promised.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendMixed } from '../test/e2e/mixed-requests.ts';
import { startService } from '../test/e2e/service.ts';

const VIEWERS = 10;
const ROUNDS = 4;
const SECONDS = 15;
/** Of one core, for all viewers together. */
const PROMISED = 0.01;
/** Kernel ticks a second; the same on every Linux that Node.js runs on. */
const TICKS = 100;

/** CPU seconds, user and system, of a process so far. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Share of one core that the primary used while `work` was under way. */
async function share(pid: number, work: () => Promise<unknown>): Promise<number> {
  const [cpu, time] = [cpuSeconds(pid), performance.now()];
  await work();
  return (cpuSeconds(pid) - cpu) / ((performance.now() - time) / 1000);
}

const service = await startService({ workers: 2 });
const pid = service.primary.pid ?? 0;
let loading = true;
// Every task's series exist and change, as in production; the requests themselves do not pass through the primary.
const load = (async () => {
  while (loading) await sendMixed(service.url, { count: 8, connections: 1 });
})();
let frames = 0;
let bytes = 0;
let historyBytes = 0;

async function watch(signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${service.metricsUrl}/board/stream`, { signal });
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (Buffer.from(chunk).includes('event: frame')) frames += 1;
  }
}

/** One viewer after the other: each opens the stream and fetches the history, as the page does. */
async function connectEachSecond(): Promise<void> {
  for (let i = 0; i < SECONDS; i++) {
    const ended = new AbortController();
    const viewer = watch(ended.signal).catch(() => undefined);
    const answer = await fetch(`${service.metricsUrl}/board/history`);
    historyBytes = (await answer.arrayBuffer()).byteLength;
    await sleep(1000);
    ended.abort();
    await viewer;
  }
}

const percent = (ratio: number) => `${(100 * ratio).toFixed(2)} %`;
const mean = (shares: number[]) => shares.reduce((sum, one) => sum + one, 0) / shares.length;
const alone: number[] = [];
const watched: number[] = [];
const connecting: number[] = [];

try {
  await sleep(10_000);
  // In turns: what else the machine does falls on all.
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await share(pid, () => sleep(SECONDS * 1000)));
    const ended = new AbortController();
    const viewers = Array.from({ length: VIEWERS }, () => watch(ended.signal).catch(() => undefined));
    await sleep(1000);
    watched.push(await share(pid, () => sleep(SECONDS * 1000)));
    ended.abort();
    await Promise.all(viewers);
    connecting.push(await share(pid, connectEachSecond));
  }
  const viewersCost = mean(watched) - mean(alone);
  console.log(`The primary, of one core; ${ROUNDS} rounds of ${SECONDS} s, 2 workers, mixed load`);
  console.log(`  no viewer    ${alone.map(percent).join('  ')}   mean ${percent(mean(alone))}`);
  console.log(`  ${VIEWERS} viewers   ${watched.map(percent).join('  ')}   mean ${percent(mean(watched))}`);
  console.log(`  connecting   ${connecting.map(percent).join('  ')}   mean ${percent(mean(connecting))}`);
  console.log(`  the viewers  ${percent(viewersCost)}, promised: ${percent(PROMISED)} at most`);
  // One connects each second.
  console.log(`  a connection ${(1000 * (mean(connecting) - mean(alone))).toFixed(1)} ms of CPU`);
  console.log(`  ${Math.round(bytes / frames)} bytes a frame, ${historyBytes} bytes of history`);
  if (viewersCost > PROMISED) process.exitCode = 1;
} finally {
  loading = false;
  await load;
  await service.stop();
}
