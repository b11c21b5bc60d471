import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PrimaryMessage } from '../../../src/ipc.ts';
import { createAccess } from '../../../src/primary/access/create-access.ts';
import { openKeyFile } from '../../../src/primary/access/key-file.ts';
import { createKeyLabels } from '../../../src/primary/access/label-keys.ts';

const hash = (digit: string) => digit.repeat(64);
const named = (...names: string[]) => names.map((name) => ({ name, sha256: hash('a'), disabled: false }));

async function keyFile(t: TestContext, content: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-keys-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'keys');
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

test('When names come and go, then metrics hold no more of them than may be, and the rest is other', () => {
  const label = createKeyLabels(3);
  const labels = (...names: string[]) => label(named(...names)).map((key) => key.label);
  assert.deepEqual(labels('a', 'b'), ['a', 'b']);
  assert.deepEqual(labels('c', 'd'), ['c', 'other']);
  assert.deepEqual(labels('e', 'a'), ['other', 'a']);
});

test('When the file is written, replaced or broken, then each is told once it is seen', async (t) => {
  const path = await keyFile(t, `a ${hash('a')}\n`);
  const seen = new EventEmitter();
  const { keys, stop } = openKeyFile(
    path,
    {
      keys: (keys) =>
        seen.emit(
          'keys',
          keys.map(({ name }) => name),
        ),
      fault: (reason) => seen.emit('fault', reason),
      exposed: () => seen.emit('exposed'),
    },
    20,
  );
  t.after(stop);
  assert.deepEqual(
    keys.map(({ name }) => name),
    ['a'],
  );
  const next = async (event: string, change: () => Promise<void>) => {
    const [told] = await Promise.all([once(seen, event), change()]);
    return told[0];
  };
  assert.deepEqual(await next('keys', () => writeFile(path, `a ${hash('a')}\nb ${hash('b')}\n`)), ['a', 'b']);
  await writeFile(`${path}.new`, `c ${hash('c')}\n`);
  assert.deepEqual(await next('keys', () => rename(`${path}.new`, path)), ['c']);
  assert.match(await next('fault', () => writeFile(path, 'c 123\n')), /keys: line 1: the key's SHA-256/);
  assert.match(await next('fault', () => rm(path)), /can't be read \(ENOENT\)/);
  assert.deepEqual(await next('keys', () => writeFile(path, `d ${hash('d')}\n`)), ['d']);
});

test('When a worker asks, then it hears the keys and the hash key; all workers hear the same, and what changes', async (t) => {
  const path = await keyFile(t, `a ${hash('a')} rate=1/s\n`);
  const heard = new EventEmitter();
  const worker = (id: number) => ({
    id,
    send: (message: PrimaryMessage) => void heard.emit(String(id), message),
  });
  const logger = { info: () => undefined, warn: assert.fail, error: () => undefined };
  const access = createAccess({ keysFile: path, workers: 2, logger, pollMs: 20 });
  t.after(access.stop);
  const workers = [worker(1), worker(2)];
  const messages: { textKey: string; keys: { name: string; label: string }[] }[] = [];
  for (const one of workers) {
    access.joined(one);
    const answer = once(heard, String(one.id));
    access.receive(one, { type: 'access-wanted' });
    messages.push((await answer)[0]);
  }
  assert.match(messages[0]?.textKey ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(messages[1], messages[0]);
  assert.deepEqual(
    messages[0]?.keys.map(({ name, label }) => `${name} ${label}`),
    ['a a'],
  );
  const changed = once(heard, '2');
  access.left(worker(1));
  await writeFile(path, `b ${hash('b')}\n`);
  assert.equal((await changed)[0].keys[0].name, 'b');
});

for (const mode of [0o620, 0o602])
  test(`When others may write to the key file (${mode.toString(8)}), then a warning says so, at the start and whenever it changes`, async (t) => {
    const path = await keyFile(t, `a ${hash('a')}\n`);
    await chmod(path, mode);
    const warned = new EventEmitter();
    let warnings = 0;
    const warn = (_: object, sentence?: string) => {
      warnings += 1;
      warned.emit('warning', sentence);
    };
    const logger = { info: () => undefined, warn, error: assert.fail };
    const access = createAccess({ keysFile: path, workers: 1, logger, pollMs: 20 });
    try {
      assert.equal(warnings, 1);
      const [[sentence]] = await Promise.all([once(warned, 'warning'), writeFile(path, `b ${hash('b')}\n`)]);
      assert.match(sentence, /may write to the API key file/);
    } finally {
      access.stop(); // before the file goes
    }
  });
