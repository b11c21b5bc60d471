import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, parseAddressList, plainAddress } from '../../../src/address-list.ts';

test('When a list has addresses and ranges of both families, then it holds what is in them', () => {
  const list = parseAddressList('10.0.0.0/8, 192.0.2.7,2001:db8::/32');
  for (const address of ['10.1.2.3', '192.0.2.7', '2001:db8::1', '::ffff:10.9.9.9'])
    assert.equal(list.has(address), true, address);
  for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::1', 'unix', '', 'localhost', '10.0.0'])
    assert.equal(list.has(address), false, address);
  assert.equal(list.unix, false);
});

test('When a list says loopback and unix, then both are in it', () => {
  const list = parseAddressList('loopback,unix');
  assert.equal(list.unix, true);
  for (const address of ['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1'])
    assert.equal(list.has(address), true, address);
  assert.equal(list.has('128.0.0.1'), false);
});

test('When a list says none, then nobody is in it', () => {
  const list = parseAddressList('none');
  assert.equal(list.unix, false);
  assert.equal(list.has('127.0.0.1'), false);
});

for (const entry of [
  'nginx',
  '10.0.0.0/33',
  '::1/129',
  '1.2.3',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  'none,unix',
  '',
])
  test(`When an entry of a list is ${JSON.stringify(entry)}, then it is refused`, () => {
    assert.throws(() => parseAddressList(entry), /is not an address/);
  });

test('When a host is asked about, then only what this machine alone can reach is loopback', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost', 'LOCALHOST'])
    assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example.org', 'example.org', ''])
    assert.ok(!isLoopback(host), host);
});

test('When an IPv4 address comes over IPv6, then it is the IPv4 address', () => {
  assert.equal(plainAddress('::FFFF:192.0.2.1'), '192.0.2.1');
  assert.equal(plainAddress('2001:db8::1'), '2001:db8::1');
});
