import { createHash, randomBytes } from 'node:crypto';
import { KEY_NAME, RESERVED_NAMES } from './api-key.ts';

/** 256 random bits: SHA-256 without salt or stretching is enough to keep such a key from its hash's readers. */
const KEY_BYTES = 32;

export interface NewKey {
  /** To be given to its owner; nothing keeps it. */
  readonly key: string;
  /** What goes into the key file, without options. */
  readonly line: string;
}

/** @throws RangeError when the name can't stand in a key file. */
export function createKey(name: string): NewKey {
  if (!KEY_NAME.test(name))
    throw new RangeError('a name has 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit');
  if ((RESERVED_NAMES as readonly string[]).includes(name))
    throw new RangeError(`the name ${name} is reserved`);
  const key = `gte_${randomBytes(KEY_BYTES).toString('base64url')}`;
  return { key, line: `${name} ${createHash('sha256').update(key).digest('hex')}` };
}
