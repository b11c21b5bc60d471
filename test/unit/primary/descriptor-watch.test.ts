import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDescriptorWatch } from '../../../src/primary/descriptor-watch.ts';

/** A watch whose tries to open a file fail with these codes in turn, and all that it says. */
function watchOf(codes: readonly (string | undefined)[]) {
  const said: string[] = [];
  const left = [...codes];
  const watch = createDescriptorWatch({
    logger: { error: (text: string) => void said.push(text), info: (text: string) => void said.push(text) },
    open: () => {
      const code = left.shift();
      if (code) throw Object.assign(new Error(code), { code });
    },
  });
  return { said, look: () => codes.forEach(watch.look) };
}

test('When no descriptor can be had, then that is said once, and once when there are some again', () => {
  const { said, look } = watchOf([undefined, 'EMFILE', 'EMFILE', 'ENFILE', undefined, undefined]);
  look();
  assert.equal(said.length, 2);
  assert.match(said[0] ?? '', /^out of file descriptors: .*ulimit -n/);
  assert.match(said[1] ?? '', /free again/);
});

test('When a file can’t be opened for another reason, then nothing is said of descriptors', () => {
  const { said, look } = watchOf(['EACCES', undefined]);
  look();
  assert.deepEqual(said, []);
});
