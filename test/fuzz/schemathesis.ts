import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../e2e/service.ts';

const run = promisify(execFile);
/** https://pypi.org/project/schemathesis/ */
const VERSION = '4.32.5';
const FOLDER = join(root, 'var/schemathesis');

export interface SchemathesisReport {
  readonly cases: number;
  /** Title and operations of each kind of failure. */
  readonly failures: readonly string[];
}

/**
 * Lets schemathesis make requests from /openapi.json and judge the answers by it, in a Python environment under var/.
 * @param casesPerOperation at most; an operation without parameters has few
 */
export async function runSchemathesis(
  url: string,
  casesPerOperation: number,
  headers: Record<string, string> = {},
): Promise<SchemathesisReport> {
  const st = join(FOLDER, `${VERSION}/bin/st`);
  if (!existsSync(st)) await install();
  await mkdir(join(FOLDER, 'work'), { recursive: true });
  const report = join(FOLDER, 'work/report.json');
  const args = [
    ...['run', `${url}/openapi.json`, '--phases', 'examples,coverage,fuzzing', '--workers', '2'],
    ...['--max-examples', String(casesPerOperation), '--continue-on-failure', '--no-color'],
    ...['--suppress-health-check', 'all', '--report', 'json', '--report-json-path', report],
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
  ];
  const options = { cwd: join(FOLDER, 'work'), maxBuffer: 256 * 1024 * 1024 };
  const { stdout } = await run(st, args, options).catch((error: { code?: number; stdout?: string }) => {
    if (error.code === 1 && error.stdout !== undefined) return { stdout: error.stdout };
    throw error;
  });
  const { test_cases, failures, errors } = JSON.parse(await readFile(report, 'utf8'));
  const found = [...failures, ...errors].map(
    (failure: { title?: string }) => failure.title ?? JSON.stringify(failure),
  );
  return { cases: test_cases.generated, failures: found.length > 0 ? [...found, stdout] : [] };
}

async function install(): Promise<void> {
  const environment = join(FOLDER, VERSION);
  await run('python3', ['-m', 'venv', environment]).catch((error: Error) => {
    throw new Error(
      `Python 3 with its venv module is needed (Debian: apt-get install python3-venv): ${error.message}`,
    );
  });
  await run(join(environment, 'bin/pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    `schemathesis==${VERSION}`,
  ]);
}
