import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commandLine } from '../../../src/stack/command-line.ts';

test('When an app is a program, then its line starts it in a shell with the same words and environment', () => {
  const args = ['-c', 'printf "%s|" "$A" "$@"', 'sh', 'daemon off;', "it's", '--x=1'];
  const line = commandLine({
    name: 'x',
    script: '/bin/sh',
    args,
    interpreter: 'none',
    cwd: '/',
    env: { A: 'a b' },
  });
  assert.equal(execFileSync('sh', ['-c', line], { encoding: 'utf8' }), "a b|daemon off;|it's|--x=1|");
});

test("When an app is node's, then its line names node and the script's whole path", () => {
  const app = {
    name: 'x',
    script: 'dist/main.js',
    args: [],
    node_args: '--enable-source-maps',
    cwd: '/srv/current',
  };
  assert.equal(commandLine(app), 'node --enable-source-maps /srv/current/dist/main.js');
});
