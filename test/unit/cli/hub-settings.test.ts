import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../../../src/cli/cli-error.ts';
import { hubSettings } from '../../../src/cli/model/hub-settings.ts';

test('When proxies are set, then lower case goes first, ALL_PROXY last, and http is understood without saying', () => {
  const env = {
    HTTPS_PROXY: 'http://upper:1',
    https_proxy: 'http://lower:2',
    ALL_PROXY: 'all:3',
    no_proxy: 'x',
  };
  assert.deepEqual(hubSettings(env).proxies, { http: 'http://all:3', https: 'http://lower:2', none: 'x' });
});

for (const [variable, value] of [
  ['HTTPS_PROXY', 'http://user:secret@'],
  ['all_proxy', 'socks5://user:secret@127.0.0.1:1080'],
] as const)
  test(`When ${variable} names no proxy that can be used, then the error names it and keeps the password`, () => {
    assert.throws(
      () => hubSettings({ [variable]: value }),
      (error) =>
        error instanceof CliError &&
        error.text.en.startsWith(`${variable} names no proxy`) &&
        !error.text.en.includes('secret'),
    );
  });
