import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAndPort, reachedAt } from '../../src/host-and-port.ts';

test('When an address is IPv6, then it stands in brackets', () => {
  assert.equal(hostAndPort('::1', 80), '[::1]:80');
  assert.equal(hostAndPort('::', 80), '[::]:80');
  assert.equal(reachedAt('fd00::1', 80), '[fd00::1]:80');
});

test('When an address means all of them, then it is reached on loopback', () => {
  for (const all of ['0.0.0.0', '::', '*']) assert.equal(reachedAt(all, 80), '127.0.0.1:80');
});

test('When an address is any other, then it is reached as it is', () => {
  for (const host of ['127.0.0.1', '10.0.0.5', 'vm-1.example.org'])
    assert.equal(reachedAt(host, 80), `${host}:80`);
});
