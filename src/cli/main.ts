import { root } from '../root.ts';
import { withDotEnv } from './dot-env.ts';
import { run } from './run.ts';

const interrupt = new AbortController();
let listening = false;
// A reader such as `head` that has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), withDotEnv(process.env, root), {
  stdout: process.stdout,
  stderr: process.stderr,
  // Only a command that asks for it ends in its own way; the second Ctrl-C ends any.
  get interrupted() {
    if (!listening) process.once('SIGINT', () => interrupt.abort());
    listening = true;
    return interrupt.signal;
  },
});
