import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PRIMARY_TITLE, workerTitle } from '../../../src/ipc.ts';
import { openRunDir } from '../../../src/primary/run-dir.ts';
import { noteWorker } from '../../../src/primary/stale-workers.ts';

function runDir(t: TestContext, mode = 0o750): string {
  const dir = mkdtempSync(join(tmpdir(), 'gte-run-'));
  t.after(() => rmSync(dir, { recursive: true }));
  chmodSync(dir, mode);
  return dir;
}

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const silent = { warn: assert.fail };

/** Processes with these titles, each the child of the one before; they end with the test. */
async function processes(t: TestContext, ...titles: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'titled.mjs'), ...titles], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.stdin.end();
    await exited;
  });
  const [line] = await once(child.stdout, 'data');
  return { pid: Number(line), parent: child.pid, exited };
}

test('When a running service uses the folder, then the start is refused and its pid named', async (t) => {
  const dir = runDir(t);
  const { pid, parent } = await processes(t, PRIMARY_TITLE, workerTitle(3));
  noteWorker(dir, 3, pid);
  assert.throws(() => openRunDir(dir, silent), {
    name: 'StartError',
    message: `GTE_RUN_DIR ${dir} is in use by the running service with pid ${parent}; name another folder`,
  });
  process.kill(pid, 0);
});

test('When a killed primary left a worker behind, then it is ended, and its socket and note are gone', async (t) => {
  const dir = runDir(t);
  const { pid, exited } = await processes(t, workerTitle(3));
  noteWorker(dir, 3, pid);
  writeFileSync(join(dir, 'slot-3.sock'), '');
  const warned: object[] = [];
  openRunDir(dir, { warn: (fields: object) => void warned.push(fields) });
  assert.deepEqual(await exited, [null, 'SIGKILL']);
  assert.deepEqual(warned, [{ pids: [pid] }]);
  assert.deepEqual(readdirSync(dir), []);
});

test('When a noted pid is another process by now, then it is left alone', async (t) => {
  const dir = runDir(t);
  const { pid } = await processes(t, 'something else');
  noteWorker(dir, 3, pid);
  openRunDir(dir, silent);
  process.kill(pid, 0);
  assert.deepEqual(readdirSync(dir), []);
});

test('When somebody put a link where a worker is noted, then it is not followed', (t) => {
  const dir = runDir(t);
  const victim = join(dir, 'victim');
  writeFileSync(victim, 'kept');
  symlinkSync(victim, join(dir, 'slot-0.12.pid'));
  symlinkSync(join(dir, 'made'), join(dir, 'slot-0.13.pid'));
  for (const pid of [12, 13]) assert.throws(() => noteWorker(dir, 0, pid), { code: 'ELOOP' });
  assert.equal(readFileSync(victim, 'utf8'), 'kept');
  assert.ok(!readdirSync(dir).includes('made'));
});

test('When the folder does not exist, then it is made for its owner and group alone', (t) => {
  const dir = join(runDir(t), 'run');
  openRunDir(dir, silent);
  assert.equal(modeOf(dir), '750');
});

test('When a folder of the service is open to others, then it is closed to them, and keeps what else its mode says', (t) => {
  for (const [before, after] of [
    [0o777, '750'],
    [0o775, '750'],
    [0o700, '700'],
    [0o2775, '2750'],
  ] as const) {
    const dir = runDir(t, before);
    writeFileSync(join(dir, 'nginx.pid'), '');
    openRunDir(dir, silent);
    assert.equal(modeOf(dir), after);
  }
});

test('When the folder holds other things too, then it is left as it is, with a warning where others may write', (t) => {
  for (const [mode, warnings] of [
    [0o755, 0],
    [0o777, 1],
    [0o1777, 0],
  ] as const) {
    const dir = runDir(t, mode);
    writeFileSync(join(dir, 'of-somebody-else'), '');
    const warned: object[] = [];
    openRunDir(dir, { warn: (fields: object) => void warned.push(fields) });
    assert.equal(statSync(dir).mode & 0o7777, mode);
    assert.deepEqual(warned, Array(warnings).fill({ dir }));
  }
});
