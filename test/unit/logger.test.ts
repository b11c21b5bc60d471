import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogger } from '../../src/logger.ts';

/** The bytes that are written for one log call. */
function written(log: (logger: ReturnType<typeof createLogger>) => void): string {
  let output = '';
  log(
    createLogger(
      'info',
      {},
      {
        write(line: string) {
          output += line;
        },
      },
    ),
  );
  return output;
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

for (const [what, hostile] of [
  ['a line end', 'a\r\n{"level":50,"msg":"forged"}'],
  ['a terminal command', 'a\u001b[2K\u001b]0;title\u0007\u009b31m'],
  ['Unicode line separators', 'a\u2028{"level":50}\u2029\u0085b'],
  ['reversed text', 'user\u202etxt.exe\u2066'],
  ['NUL and lone surrogates', '\u0000\ud800x\udc00'],
] as const) {
  test(`When a field holds ${what}, then it stays inside its line and reads back unchanged`, () => {
    const output = written((logger) => logger.info({ user_agent: hostile }, 'request'));
    assert.equal(output.split('\n').length, 2, 'one line');
    assert.doesNotMatch(output.trimEnd(), CONTROL);
    assert.equal(JSON.parse(output).user_agent, hostile);
  });
}

test('When a field holds anything at all, then the log has one line without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (value, message) => {
      const output = written((logger) => logger.info({ value }, message));
      assert.equal(output.split('\n').length, 2);
      assert.doesNotMatch(output.trimEnd(), CONTROL);
      assert.equal(JSON.parse(output).value, value);
    }),
    { numRuns: 1000 },
  );
});

test('When an error is logged, then what a library attached to it is not, and its causes are', () => {
  const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), {
    code: 'E_CODE',
    rawPacket: Buffer.from('a secret text'),
    input: 'a secret text',
  });
  const output = written((logger) => logger.error({ err: error }, 'failed'));
  const { err } = JSON.parse(output);
  assert.equal(err.type, 'TypeError');
  assert.equal(err.code, 'E_CODE');
  assert.equal(err.cause.message, 'inner');
  assert.match(err.stack, /logger\.test/);
  assert.doesNotMatch(output, /secret|rawPacket/);
});
