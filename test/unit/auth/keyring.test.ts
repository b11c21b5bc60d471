import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeyring } from '../../../src/auth/keyring.ts';
import { createKey } from '../../../src/auth/new-key.ts';
import { parseKeys } from '../../../src/auth/parse-keys.ts';

test('When a key is made, then its line stands in a key file and the key is found by it', () => {
  const [shop, team] = [createKey('shop'), createKey('team')];
  const ring = createKeyring(parseKeys(`${shop.line}\n${team.line} rate=5/s\n`));
  assert.equal(ring.find(shop.key)?.name, 'shop');
  assert.equal(ring.find(team.key)?.name, 'team');
});

test('When a key is made, then it has 256 random bits and its line does not hold it', () => {
  const { key, line } = createKey('shop');
  assert.match(key, /^gte_[A-Za-z0-9_-]{43}$/);
  assert.ok(!line.includes(key.slice(4)));
  assert.notEqual(createKey('shop').key, key);
});

test('When what is presented is not a key, then nothing is found', () => {
  const { key, line } = createKey('shop');
  const ring = createKeyring(parseKeys(line));
  const hash = line.split(' ')[1] ?? '';
  for (const presented of ['', ' ', key.slice(0, -1), `${key}x`, key.toUpperCase(), hash, 'shop'])
    assert.equal(ring.find(presented), undefined, presented);
});

test('When a name can’t stand in a key file, then no key is made', () => {
  for (const name of ['', 'a b', '#a', '-a', 'none', 'other', 'x'.repeat(65), '名'])
    assert.throws(() => createKey(name), RangeError, name);
});
