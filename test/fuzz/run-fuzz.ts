import { Agent } from 'node:http';
import fc from 'fast-check';
import type { Service } from '../e2e/service.ts';
import { until } from '../e2e/until.ts';
import { apiCase } from './api-cases.ts';
import { openLabels, scrape } from './closed-labels.ts';
import { collectedHeap } from './collected-heap.ts';
import { rawCase, SMUGGLED_PATH } from './raw-cases.ts';
import { sendApi } from './send-api.ts';
import { sendRaw } from './send-raw.ts';
import { faultOfApi, faultOfRaw } from './verdict.ts';

export interface FuzzOptions {
  readonly service: Service;
  /** Headers that most requests carry. */
  readonly headers?: Record<string, string>;
  /** Names of the API keys. */
  readonly keys?: readonly string[];
  readonly apiCases: number;
  readonly rawCases: number;
  /** Of fast-check, to run the same cases again. */
  readonly seed?: number;
  readonly progress?: (line: string) => void;
}

export interface FuzzReport {
  readonly seed: number;
  /** Answers by status; `0`: the connection ended without one. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly cases: number;
  /** Faults of the service as a whole, one sentence each. */
  readonly faults: readonly string[];
  /** Collected heap of each worker after all cases ÷ after the first tenth. */
  readonly heapRatios: readonly number[];
  /** Series in /metrics at the end. */
  readonly series: number;
}

/** Cases that are sent at the same time. */
const API_AT_ONCE = 8;
const RAW_AT_ONCE = 16;
const ROUTES = new Set(
  ['/predict', '/info', '/healthz', '/readyz', '/openapi.json', '/', '/*', 'none'].concat(
    ['', '/swagger-ui.css', '/swagger-ui-bundle.js'].map((file) => `/docs${file}`),
  ),
);

/**
 * Sends generated requests to a running service and looks at every answer and, at the end, at the service.
 * @throws Error with the smallest case found, when an answer is wrong.
 */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { service, headers = {}, keys = [], progress = () => undefined } = options;
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const agent = new Agent({ keepAlive: true, maxSockets: API_AT_ONCE });
  const statuses: Record<string, number> = {};
  let cases = 0;
  const count = (status: number) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const workers = await service.workers();
  const pids = workers.map(({ pid }) => pid).sort();

  async function round<Case>(
    arbitrary: fc.Arbitrary<Case>,
    { total, atOnce, ratio = 1 }: { total: number; atOnce: number; ratio?: number },
    send: (one: Case) => Promise<string | undefined>,
  ): Promise<void> {
    const numRuns = Math.ceil((total * ratio) / atOnce);
    if (numRuns === 0) return;
    const batch = fc.array(arbitrary, { minLength: atOnce, maxLength: atOnce, size: 'max' });
    const property = fc.asyncProperty(batch, async (all) => {
      cases += all.length;
      const faults = await Promise.all(
        all.map(async (one) => {
          const fault = await send(one);
          return fault === undefined ? [] : [`${fault}, after ${describe(one)}`];
        }),
      );
      if (faults.flat().length > 0) throw new Error(faults.flat().join('\n'));
    });
    const { failed, errorInstance } = await fc.check(property, { numRuns, seed });
    if (failed) throw new Error(`seed ${seed}: ${(errorInstance as Error).message}`);
  }

  const api = (ratio: number) =>
    round(apiCase(headers), { total: options.apiCases, atOnce: API_AT_ONCE, ratio }, async (one) => {
      const answer = await sendApi(service.url, agent, one);
      count(answer.status);
      return faultOfApi(one, answer);
    });
  const raw = (url: string, ratio: number) =>
    round(rawCase(headers), { total: options.rawCases, atOnce: RAW_AT_ONCE, ratio }, async (one) => {
      const answer = await sendRaw(url, one);
      for (const status of answer.statuses.length > 0 ? answer.statuses : [0]) count(status);
      return faultOfRaw(one, answer);
    });
  const problems = () =>
    service
      .logs()
      .filter(({ level }) => Number(level) >= 50)
      .slice(0, 10);
  const heaps = async () => {
    await until('all is answered', async () => (await active(service)) === 0);
    const now = (await service.workers()).map(({ pid }) => pid).sort();
    if (now.join() !== pids.join())
      throw new Error(`seed ${seed}: workers were ${pids}, are ${now}: ${JSON.stringify(problems())}`);
    const sizes: number[] = [];
    for (const pid of pids) sizes.push(await collectedHeap(service, pid));
    return sizes;
  };

  await api(0.1);
  await raw(service.url, 0.1);
  const before = await heaps();
  progress(`seed ${seed}; warm: ${cases} cases`);
  await raw(service.url, 0.8);
  progress(`malformed HTTP: ${cases} cases`);
  await raw(service.metricsUrl, 0.1);
  progress(`the admin port: ${cases} cases`);
  await api(0.9);
  progress(`the API: ${cases} cases`);
  const after = await heaps();
  agent.destroy();

  const logged = service.logs();
  const open = await openLabels(service, ROUTES, new Set([...keys, 'none']));
  return {
    seed,
    statuses,
    cases,
    heapRatios: after.map((size, i) => size / (before[i] ?? Number.NaN)),
    series: (await scrape(service)).length,
    faults: [
      ...problems().map((line) => `logged: ${JSON.stringify(line).slice(0, 1000)}`),
      ...open.map((label) => `a label value of no closed set: ${label}`),
      ...(logged.some(({ path }) => path === SMUGGLED_PATH) ? ['a smuggled request was answered'] : []),
    ],
  };
}

/** A case for people, its bytes as latin1 text. */
function describe(one: unknown): string {
  const readable = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'
      ? Buffer.from((value as unknown as { data: number[] }).data)
          .toString('latin1')
          .slice(0, 2000)
      : value;
  return JSON.stringify(one, readable);
}

async function active(service: Service): Promise<number> {
  const samples = await scrape(service);
  return samples
    .filter(({ name }) => name === 'gte_active_requests')
    .reduce((sum, { value }) => sum + value, 0);
}
