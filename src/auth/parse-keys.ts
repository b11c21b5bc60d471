import { type ApiKey, KEY_NAME, MAX_KEYS, type RateLimit, RESERVED_NAMES } from './api-key.ts';

/** What is wrong with a key file: a sentence that names the line, and never shows its content. */
export class KeyFileError extends Error {
  constructor(message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`);
    this.name = 'KeyFileError';
  }
}

/**
 * Reads a key file: one line a key, `name sha256 [rate=N/s|N/m] [concurrency=N] [disabled]`; `#` begins a comment.
 * @throws KeyFileError
 */
export function parseKeys(text: string): ApiKey[] {
  const keys: ApiKey[] = [];
  const names = new Map<string, number>();
  const hashes = new Map<string, number>();
  for (const [i, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = i + 1;
    const words = raw
      .replace(/#.*$/, '')
      .split(/[ \t]+/)
      .filter(Boolean);
    if (words.length === 0) continue;
    const key = parseLine(words, line);
    unique(names, key.name, line, `the name ${key.name}`);
    unique(hashes, key.sha256, line, 'the same key');
    keys.push(key);
  }
  if (keys.length > MAX_KEYS) throw new KeyFileError(`${keys.length} keys; at most ${MAX_KEYS} are allowed`);
  return keys;
}

function parseLine([name = '', sha256 = '', ...options]: string[], line: number): ApiKey {
  const fail = (message: string) => new KeyFileError(message, line);
  if (!KEY_NAME.test(name)) throw fail('a name has 1 to 64 letters, digits, ".", "_" or "-"');
  if ((RESERVED_NAMES as readonly string[]).includes(name)) throw fail(`the name ${name} is reserved`);
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw fail("the key's SHA-256, 64 hex digits, must follow the name");
  const given = new Map<string, string | undefined>();
  for (const option of options) {
    const [word = '', value] = option.split('=', 2);
    if (given.has(word)) throw fail(`${word} is given twice`);
    given.set(word, value);
  }
  const take = (word: string) => {
    const value = given.get(word);
    given.delete(word);
    return value;
  };
  const disabled = given.has('disabled');
  if (take('disabled') !== undefined) throw fail('disabled has no value');
  const rate = given.has('rate') ? parseRate(take('rate') ?? '', fail) : undefined;
  const concurrency = given.has('concurrency')
    ? parseCount(take('concurrency') ?? '', 'concurrency', fail)
    : undefined;
  if (given.size > 0)
    throw fail('after the SHA-256 may stand rate=N/s, rate=N/m, concurrency=N and disabled');
  return {
    name,
    sha256: sha256.toLowerCase(),
    disabled,
    ...(rate && { rate }),
    ...(concurrency && { concurrency }),
  };
}

/** N/s: N at once and N a second; N/m: N at once and N a minute. */
function parseRate(text: string, fail: (message: string) => KeyFileError): RateLimit {
  const [, count = '', unit] = /^(\d+)\/([sm])$/.exec(text) ?? [];
  if (!unit) throw fail('rate is a whole number a second or a minute, like 10/s or 600/m');
  const burst = parseCount(count, 'rate', fail);
  return { burst, perSecond: unit === 's' ? burst : burst / 60 };
}

function parseCount(text: string, what: string, fail: (message: string) => KeyFileError): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw fail(`${what} is a whole number from 1 to 999999`);
  return Number(text);
}

function unique(seen: Map<string, number>, value: string, line: number, what: string): void {
  const first = seen.get(value);
  if (first !== undefined) throw new KeyFileError(`${what} stands in line ${first} already`, line);
  seen.set(value, line);
}
