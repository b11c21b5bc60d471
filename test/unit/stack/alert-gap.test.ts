import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertGap } from '../../../src/stack/alert-gap.ts';

const RUNBOOKS = 'http://10.0.0.6:8060/runbooks';

test('When no robot is configured, then it is said that alerts reach nobody', () => {
  assert.match(alertGap(0, RUNBOOKS) ?? '', /no robot .* nobody: .*robots\.yaml/);
});

test('When messages link to a loopback address, then it is said that no phone can open it', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    assert.match(alertGap(1, `http://${host}:8060/runbooks`) ?? '', /no phone .*runbook_base_url/, host);
});

test('When there are a robot and an address for its links, then nothing is said', () => {
  assert.equal(alertGap(1, RUNBOOKS), undefined);
});
