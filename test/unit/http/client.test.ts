import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddressList } from '../../../src/address-list.ts';
import { clientOf } from '../../../src/http/client.ts';

const request = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;
const nginx = parseAddressList('unix,10.0.0.0/8');
const forwarded = (list: string, proto = 'http') => ({ 'x-forwarded-for': list, 'x-forwarded-proto': proto });

test('When the peer is not trusted, then its socket says who it is, whatever it writes', () => {
  assert.deepEqual(clientOf(request('192.0.2.1', forwarded('203.0.113.9', 'https')), nginx), {
    address: '192.0.2.1',
    secure: false,
  });
});

test('When the peer is a trusted proxy, then the last address it names is the client', () => {
  const headers = forwarded('203.0.113.9, 198.51.100.1', 'https');
  for (const peer of [undefined, '10.0.0.1', '::ffff:10.0.0.1'])
    assert.deepEqual(clientOf(request(peer, headers), nginx), { address: '198.51.100.1', secure: true });
});

test('When trusted proxies stand in a row, then the first address before them is the client', () => {
  assert.equal(
    clientOf(request(undefined, forwarded('6.6.6.6, 203.0.113.9, 10.0.0.7')), nginx).address,
    '203.0.113.9',
  );
});

test('When a trusted proxy names nobody or nonsense, then the last good hop is the client', () => {
  assert.equal(clientOf(request(undefined), nginx).address, 'unix');
  assert.equal(clientOf(request(undefined, forwarded('unknown, 10.0.0.3')), nginx).address, '10.0.0.3');
  assert.equal(clientOf(request(undefined, forwarded('127.0.0.1\u001b[31m')), nginx).address, 'unix');
});

test('When a proxy writes ports, then they are left out', () => {
  assert.equal(clientOf(request(undefined, forwarded('192.0.2.1:4711')), nginx).address, '192.0.2.1');
  assert.equal(clientOf(request(undefined, forwarded('[2001:db8::1]:80')), nginx).address, '2001:db8::1');
});

test('When sockets are not trusted, then a peer of one is only a peer of one', () => {
  assert.equal(
    clientOf(request(undefined, forwarded('192.0.2.1')), parseAddressList('none')).address,
    'unix',
  );
});

test('When headers hold anything at all, then the client is an address or unix', () => {
  const part = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('10.0.0.1', '::1%lo', ''),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const { address } = clientOf(request(undefined, forwarded(parts.join(','))), nginx);
      assert.match(address, /^(unix|[0-9a-f.:]+(%[\w.:-]+)?)$/i);
    }),
    { numRuns: 2000 },
  );
});
