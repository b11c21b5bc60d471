import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createKey } from '../../src/auth/new-key.ts';
import { root, type Service, startService } from '../e2e/service.ts';
import { COLLECTING, PATIENT } from './collected-heap.ts';
import { type FuzzReport, runFuzz } from './run-fuzz.ts';
import { runSchemathesis } from './schemathesis.ts';

const HELP = `npm run fuzz [-- --cases N] [--seed N] [--no-schemathesis]

Sends N (10,000) generated requests, half of them again that many as malformed HTTP, to a service of two workers that
demands a key, then N more that schemathesis makes from /openapi.json. Needs Python 3 for the latter, and a build.
Exit code 1: an answer was wrong, a process died, the heap grew or /metrics has a new label value.
`;

/** Collected heap may differ by this much after all cases: caches fill, and code is compiled. */
const HEAP_LIMIT = 1.1;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    'no-schemathesis': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  process.exitCode = (await fuzz(Number(values.cases))) ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function fuzz(cases: number): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-fuzz-'));
  const { key, line } = createKey('fuzz');
  await writeFile(join(dir, 'keys'), `${line}\n`);
  const env = {
    ...COLLECTING,
    ...PATIENT,
    GTE_API_KEYS_FILE: join(dir, 'keys'),
    GTE_TRUST_PROXY: 'loopback',
  };
  const service = await startService({ workers: 2, env });
  try {
    const headers = { Authorization: `Bearer ${key}` };
    const schema = values['no-schemathesis'] ? undefined : await runSchemathesis(service.url, cases, headers);
    if (schema) say(`schemathesis: ${schema.cases} cases, ${schema.failures.length} kinds of failure`);
    for (const failure of schema?.failures ?? []) say(failure);
    const { report, faults } = await ownCases(service, cases, headers);
    for (const fault of faults) say(`fault: ${fault}`);
    await mkdir(join(root, 'var/fuzz'), { recursive: true });
    await writeFile(join(root, 'var/fuzz/report.json'), JSON.stringify({ schema, report, faults }, null, 2));
    return faults.length === 0 && (schema?.failures.length ?? 0) === 0;
  } finally {
    await service.stop();
    await rm(dir, { recursive: true });
  }
}

/** A wrong answer ends them; it is a fault like others, so that the report tells it. */
async function ownCases(
  service: Service,
  cases: number,
  headers: Record<string, string>,
): Promise<{ report?: FuzzReport; faults: readonly string[] }> {
  try {
    const report = await runFuzz({
      service,
      headers,
      keys: ['fuzz'],
      apiCases: cases,
      rawCases: cases / 2,
      ...(values.seed !== undefined && { seed: Number(values.seed) }),
      progress: say,
    });
    const heap = report.heapRatios.map((ratio) => ratio.toFixed(3)).join(', ');
    say(`${report.cases} cases, answers by status: ${JSON.stringify(report.statuses)}`);
    say(`collected heap, end ÷ after a tenth, by worker: ${heap}; series in /metrics: ${report.series}`);
    const grown = report.heapRatios
      .filter((ratio) => !(ratio <= HEAP_LIMIT))
      .map((ratio) => `the heap grew to ${ratio}`);
    return { report, faults: [...report.faults, ...grown] };
  } catch (error) {
    return { faults: [(error as Error).message] };
  }
}
