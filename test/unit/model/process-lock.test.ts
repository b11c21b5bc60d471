import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tryLock } from '../../../src/model/process-lock.ts';

async function setUp(t: TestContext) {
  const dir = await mkdtemp(join(tmpdir(), 'gte-lock-'));
  t.after(() => rm(dir, { recursive: true }));
  return { dir, path: join(dir, 'lock') };
}

/** What a process that took the lock and was killed leaves. */
async function leftBehind(path: string, change: object = {}): Promise<void> {
  const { release } = await tryLock(path);
  const holder = JSON.parse(await readFile(path, 'utf8'));
  await release?.();
  await writeFile(path, JSON.stringify({ ...holder, pid: 2 ** 22 + 1, began: '', ...change }));
}

test('When a living process holds it, then others are told which, and it is theirs once given back', async (t) => {
  const { dir, path } = await setUp(t);
  const first = await tryLock(path);
  const second = await tryLock(path);
  assert.equal(second.release, undefined);
  assert.equal('holder' in second && second.holder.pid, process.pid);
  await first.release?.();
  assert.ok((await tryLock(path)).release);
  assert.deepEqual(await readdir(dir), ['lock']);
});

const gone: [string, object][] = [
  ['is dead', {}],
  ['is dead and its pid belongs to another process now', { pid: process.pid, began: '1' }],
  ['ran before the last boot', { pid: process.pid, began: undefined, boot: 'another' }],
];
for (const [what, change] of gone)
  test(`When the holder ${what}, then of twenty claimants exactly one has it`, async (t) => {
    const { dir, path } = await setUp(t);
    await leftBehind(path, change);
    const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(path)));
    assert.equal(attempts.filter(({ release }) => release).length, 1);
    assert.deepEqual(await readdir(dir), ['lock']);
  });

test('When an heir died while it took over, then the next one takes over from both', async (t) => {
  const { path, dir } = await setUp(t);
  await leftBehind(path);
  const mark = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 12);
  await leftBehind(`${path}.heir-${mark}`);
  const attempts = await Promise.all(Array.from({ length: 5 }, () => tryLock(path)));
  assert.equal(attempts.filter(({ release }) => release).length, 1);
  assert.deepEqual(await readdir(dir), ['lock']);
});

test('When the file holds nothing that a lock of ours does, then nobody holds it', async (t) => {
  const { path } = await setUp(t);
  for (const content of ['', '12', 'null', '{"pid": -1}']) {
    await writeFile(path, content);
    const { release } = await tryLock(path);
    assert.ok(release, content);
    await release();
  }
});

test('When processes take over from a dead one at once, then never two have it together', async (t) => {
  const { path } = await setUp(t);
  await leftBehind(path);
  const children = Array.from({ length: 3 }, () => fork(join(import.meta.dirname, 'lock-child.ts'), [path]));
  t.after(() => children.forEach((child) => void child.kill('SIGKILL')));
  const exits = await Promise.all(children.map((child) => once(child, 'exit')));
  assert.deepEqual(exits, [
    [0, null],
    [0, null],
    [0, null],
  ]);
});
