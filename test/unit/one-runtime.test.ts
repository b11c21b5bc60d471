import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => JSON.parse(readFileSync(resolve(root, file), 'utf8'));
const { dependencies } = read('package.json');

interface Locked {
  /** The package's own name where it stands under another. */
  readonly name?: string;
  readonly version: string;
}

/** Every copy of a package that the lock file installs, wherever it lies. */
function copies(name: string): Locked[] {
  const packages = Object.entries(read('package-lock.json').packages as Record<string, Locked>);
  return packages.filter(([path]) => path.endsWith(`node_modules/${name}`)).map(([, locked]) => locked);
}

test("When packages are installed, then one onnxruntime-node is, the project's own", () => {
  const versions = copies('onnxruntime-node').map(({ version }) => version);
  assert.deepEqual(versions, [dependencies['onnxruntime-node']]);
});

test('When packages are installed, then onnxruntime-common stands where onnxruntime-web would', () => {
  const found = copies('onnxruntime-web').map(({ name, version }) => `${name}@${version}`);
  assert.deepEqual(found, [`onnxruntime-common@${dependencies['onnxruntime-node']}`]);
});
