import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../e2e/service.ts';

const run = promisify(execFile);
const WORK = join(root, 'var/schemathesis/work');

/** What has no body has few different requests: it gets this part of the cases. */
const PART_OF_OTHERS = 0.05;

export interface SchemathesisReport {
  readonly cases: number;
  /** Title of each kind of failure, then schemathesis' own report. */
  readonly failures: readonly string[];
}

/**
 * Lets schemathesis make requests from /openapi.json and judge the answers by it, in a Python environment under var/.
 * @param cases of POST /predict
 */
export async function runSchemathesis(
  url: string,
  cases: number,
  headers: Record<string, string> = {},
): Promise<SchemathesisReport> {
  const { stdout } = await run('bash', [join(import.meta.dirname, 'install-schemathesis.sh')]);
  const program = stdout.trim();
  await mkdir(WORK, { recursive: true });
  const predict = await runOn(
    program,
    url,
    ['--include-path', '/predict', '--max-examples', String(cases)],
    headers,
  );
  const few = String(Math.ceil(cases * PART_OF_OTHERS));
  const others = await runOn(program, url, ['--exclude-path', '/predict', '--max-examples', few], headers);
  return { cases: predict.cases + others.cases, failures: [...predict.failures, ...others.failures] };
}

async function runOn(
  program: string,
  url: string,
  chosen: string[],
  headers: Record<string, string>,
): Promise<SchemathesisReport> {
  const report = join(WORK, 'report.json');
  const args = [
    ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
    ...['run', `${url}/openapi.json`, '--phases', 'examples,coverage,fuzzing', '--workers', '2', ...chosen],
    ...['--continue-on-failure', '--no-color', '--request-timeout', '150'],
    ...['--suppress-health-check', 'all', '--report', 'json', '--report-json-path', report],
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
  ];
  const options = { cwd: WORK, maxBuffer: 256 * 1024 * 1024 };
  const { stdout } = await run(program, args, options).catch((error: { code?: number; stdout?: string }) => {
    if (error.code === 1 && error.stdout !== undefined) return { stdout: error.stdout };
    throw error;
  });
  const { test_cases, failures, errors } = JSON.parse(await readFile(report, 'utf8'));
  const found = [...failures, ...errors].map(
    (failure: { title?: string }) => failure.title ?? JSON.stringify(failure),
  );
  return { cases: test_cases.generated, failures: found.length > 0 ? [...found, stdout] : [] };
}
