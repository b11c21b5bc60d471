import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

const script = resolve(import.meta.dirname, '../../../ops/note-commit.js');
const around = mkdtempSync(join(tmpdir(), 'gte-build-'));

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

/** Runs a copy of the script in `folder`; what it wrote. */
function note(folder: string): { commit: string } | undefined {
  mkdirSync(join(folder, 'ops'), { recursive: true });
  mkdirSync(join(folder, 'dist'), { recursive: true });
  copyFileSync(script, join(folder, 'ops/note-commit.js'));
  execFileSync(process.execPath, [join(folder, 'ops/note-commit.js')]);
  const file = join(folder, 'dist/build.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

describe('the commit of a build', () => {
  before(() => {
    git(around, 'init', '--quiet');
    writeFileSync(join(around, 'tracked'), 'as committed');
    writeFileSync(join(around, 'package.json'), '{"type":"module"}');
    git(around, 'add', '.');
    git(around, 'commit', '--quiet', '--message', 'first');
  });
  after(() => rmSync(around, { recursive: true }));

  test('When a checkout is built, then its commit is noted', () => {
    assert.deepEqual(note(around), { commit: git(around, 'rev-parse', '--short', 'HEAD') });
  });

  test('When a tracked file differs from the commit, then the note says so', () => {
    writeFileSync(join(around, 'tracked'), 'changed');
    assert.match(note(around)?.commit ?? '', /^[0-9a-f]{7,}-changed$/);
  });

  test('When no checkout is built, though one lies around it, then nothing is noted', () => {
    const inside = join(around, 'unpacked');
    mkdirSync(inside);
    writeFileSync(join(inside, 'package.json'), '{"type":"module"}');
    assert.equal(note(inside), undefined);
  });
});
