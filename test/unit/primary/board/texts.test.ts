import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_REASONS, STAGES } from '../../../../src/metrics/definitions.ts';
import { BOARD_TASKS } from '../../../../src/primary/board/columns.ts';
import { texts } from './browser-modules.ts';

/** Every path to a text, with the number of parameters where it is a function. */
function shape(texts: object, path = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object'
      ? shape(value, `${path}.${key}`)
      : `${path}.${key}${typeof value === 'function' ? `/${value.length}` : ''}`,
  );
}

test('When a text exists in one language, then it exists in the other', () => {
  assert.deepEqual(shape(texts.en), shape(texts.zh));
});

test('When the service has a task, a stage or a reason, then the board has a name for it', () => {
  for (const { tasks, stages, reasons } of Object.values(texts)) {
    assert.deepEqual(Object.keys(tasks ?? {}), [...BOARD_TASKS]);
    assert.deepEqual(Object.keys(stages ?? {}), [...STAGES]);
    assert.deepEqual(Object.keys(reasons ?? {}), [...RESTART_REASONS]);
  }
});
