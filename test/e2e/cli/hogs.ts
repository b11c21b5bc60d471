import { spawn } from 'node:child_process';

/** Keeps cores busy with others' work, so many processes of it, until the work is done. */
export async function withHogs<T>(count: number, work: Promise<T>): Promise<T> {
  const hogs = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    return await work;
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL');
  }
}
