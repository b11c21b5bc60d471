import { open, rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { tryLock } from '../../../src/model/process-lock.ts';

// Takes the lock given as the first argument twenty times; fails if another process is inside then.
const [path = ''] = process.argv.slice(2);
for (let times = 0; times < 20; ) {
  const { release } = await tryLock(path);
  if (!release) {
    await turn();
    continue;
  }
  const inside = await open(`${path}.inside`, 'wx');
  await inside.close();
  await rm(`${path}.inside`);
  await release();
  times += 1;
}
