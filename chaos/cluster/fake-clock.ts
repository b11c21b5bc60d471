import { existsSync, readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeClock {
  /** To start a process with. */
  readonly env: Readonly<Record<string, string>>;
  /** Seconds by which its wall clock differs from now on; the monotonic one goes on as it does on a real machine. */
  shift(seconds: number): Promise<void>;
}

/**
 * A wall clock that can be set while a process runs, by Debian's libfaketime.
 * @throws Error when that is not installed.
 */
export async function createFakeClock(dir: string): Promise<FakeClock> {
  const library = readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
  if (library === undefined) throw new Error('libfaketime is missing: apt-get install libfaketime');
  const file = join(dir, 'clock');
  const shift = async (seconds: number) => {
    await writeFile(`${file}.next`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    await rename(`${file}.next`, file);
  };
  await shift(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    shift,
  };
}
