import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from './api-key.ts';

export interface Keyring<K extends ApiKey = ApiKey> {
  /** The entry whose key was presented; the time it takes tells nothing about how much of a key was right. */
  find(presented: string): K | undefined;
}

export function createKeyring<K extends ApiKey>(keys: readonly K[]): Keyring<K> {
  const entries = keys.map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
  return {
    find(presented) {
      const hash = createHash('sha256').update(presented).digest();
      let found: K | undefined;
      for (const entry of entries) if (timingSafeEqual(entry.hash, hash)) found = entry.key;
      return found;
    },
  };
}
