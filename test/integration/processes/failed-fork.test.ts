import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, 'fork-program.ts');
const script = `ulimit -n 128; exec "$0" --import tsx "$@"`;

for (const [refusal, code] of [
  ['descriptors', 'EMFILE'],
  ['executable', 'ENOENT'],
  ['memory', 'ENOMEM'],
] as const) {
  test(`When the system starts no worker process (${code}), then the primary lives and takes it for a death with that reason`, async () => {
    const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, program, refusal]);
    assert.deepEqual(JSON.parse(stdout), {
      pid: 0,
      state: 'gone',
      fault: `the system starts no process (${code})`,
      events: ['exit null null'],
      left: 0,
    });
  });
}
