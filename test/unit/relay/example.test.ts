import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { loadRelaySettings } from '../../../src/relay/settings.ts';

test('When the example of the robots file is read, then it is valid and has each kind of robot', () => {
  const file = resolve(import.meta.dirname, '../../../alertmanager/robots.example.yaml');
  const { robots } = loadRelaySettings({ RELAY_ROBOTS_FILE: file });
  assert.deepEqual(
    robots.map(({ kind }) => kind),
    ['dingtalk', 'feishu', 'wecom'],
  );
});
