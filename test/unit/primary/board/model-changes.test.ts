import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createModelChanges } from '../../../../src/primary/board/model-changes.ts';

const graphs = (...versions: string[]) =>
  versions.flatMap((version) => [
    { model: 'starter/extractor', version },
    { model: 'starter/encoder', version },
  ]);

test('When the first model is loaded, then that is no change', () => {
  const { changes, see } = createModelChanges();
  see(0, []);
  see(1, graphs('1.0'));
  assert.deepEqual(changes, []);
});

test('When workers go over to another version, then it is one change, at its first appearance', () => {
  const { changes, see } = createModelChanges();
  see(1, graphs('1.0'));
  see(2, graphs('1.0', '2.0'));
  see(3, []);
  see(4, graphs('2.0'));
  assert.deepEqual(changes, [{ second: 2, model: 'starter', version: '2.0' }]);
});

test('When the old version comes back, then that is a change, too, and only the last 20 are kept', () => {
  const { changes, see } = createModelChanges();
  for (let second = 0; second <= 30; second++) see(second, graphs(String(second % 2)));
  assert.equal(changes.length, 20);
  assert.deepEqual(changes.at(-1), { second: 30, model: 'starter', version: '0' });
});

test('When only the encoder goes to another model and back, then both moments are marked', () => {
  const { changes, see } = createModelChanges();
  const extractor = { model: 'starter/extractor', version: '1.0' };
  const large = { model: 'large/encoder', version: '7' };
  see(1, graphs('1.0'));
  see(2, [...graphs('1.0'), large]);
  see(3, [extractor, large]);
  see(4, [...graphs('1.0'), large]);
  see(5, graphs('1.0'));
  assert.deepEqual(changes, [
    { second: 2, model: 'large', version: '7' },
    { second: 4, model: 'starter', version: '1.0' },
  ]);
});
