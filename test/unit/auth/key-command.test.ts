import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyring } from '../../../src/auth/keyring.ts';
import { parseKeys } from '../../../src/auth/parse-keys.ts';
import { run } from '../../../src/cli/run.ts';

/** bin/gte key … → exit code and output. */
async function gte(args: string[], env: Record<string, string> = {}) {
  const output = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      output[name] += text;
      return true;
    },
  });
  const code = await run(['key', ...args], env, { stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, ...output };
}

test('When a key is made, then it and the line that admits it are printed', async () => {
  const { code, stdout } = await gte(['new', 'shop', '--rate', '10/s', '--concurrency', '4', '--json']);
  assert.equal(code, 0);
  const { key, line } = JSON.parse(stdout);
  const [entry] = parseKeys(line);
  assert.deepEqual(entry?.rate, { burst: 10, perSecond: 10 });
  assert.equal(entry?.concurrency, 4);
  assert.equal(createKeyring(parseKeys(line)).find(key)?.name, 'shop');
});

test('When a key is made for a person, then key and line stand alone in their lines, in the person’s language', async () => {
  const { stdout } = await gte(['new', 'shop'], { LANG: 'zh_CN.UTF-8' });
  assert.match(stdout, /^密钥（仅显示这一次）:\ngte_[\w-]{43}\n\n.*:\nshop [0-9a-f]{64}\n$/);
});

test('When the command is called wrongly, then nothing is printed but the reason, with exit code 2', async () => {
  for (const args of [
    [],
    ['new'],
    ['old', 'shop'],
    ['new', 'a b'],
    ['new', 'none'],
    ['new', 'shop', '--rate', 'fast'],
  ]) {
    const { code, stdout, stderr } = await gte(args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^gte key: .+\n$/);
  }
});
