// All unit tests in one process: to start one for each file takes longer than the tests do. Each file is a suite of its own,
// so that its hooks stay its own; none begins before all are loaded, since a test's fake timers would be theirs too.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';

const folder = join(import.meta.dirname, 'unit');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const loading: Promise<unknown>[] = [];

for (const file of files.filter((name) => name.endsWith('.test.ts')).sort())
  describe(`unit/${file}`, async () => {
    const loaded = import(join(folder, file));
    loading.push(loaded);
    await loaded;
    await Promise.all(loading);
  });
