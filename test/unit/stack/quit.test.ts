import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { quit } from '../../../src/stack/quit.ts';

test('When a process is told to quit, then it ends in its own way, and that is waited for', async () => {
  const child = spawn(
    process.execPath,
    [
      '-e',
      "process.on('SIGQUIT', () => setTimeout(() => process.exit(7), 200)); console.log(1); setInterval(() => {}, 1000)",
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  await quit(child.pid ?? 0, 60_000);
  assert.deepEqual([child.exitCode, child.signalCode], [7, null]);
  await ended;
});

test('When a process does not quit, then it is left to who asked', async () => {
  const child = spawn(
    process.execPath,
    ['-e', "process.on('SIGQUIT', () => {}); console.log(1); setInterval(() => {}, 1000)"],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await once(child.stdout, 'data');
  await quit(child.pid ?? 0, 200);
  assert.equal(child.exitCode, null);
  child.kill('SIGKILL');
  await once(child, 'exit');
});
