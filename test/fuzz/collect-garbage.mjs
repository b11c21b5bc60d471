// Loaded into the service by NODE_OPTIONS=--import: on SIGWINCH a process collects its garbage and prints what is left.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGWINCH', () => {
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.stdout.write(
      `${JSON.stringify({ msg: 'collected', pid: process.pid, heapUsed, external, rss })}\n`,
    );
  });
}
