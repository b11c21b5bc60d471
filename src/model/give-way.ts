import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Nice steps below the rest of the service: with 5, main threads that want to run get three times its share (docs/adr/0024-inference-gives-way.md). */
const STEPS = 5;
const NICEST = 19;

/**
 * Lowers the priority of the calling thread alone: a run keeps a processor for up to a second, while requests, scrapes and
 * workers that start want it for milliseconds. Linux has a priority for each thread; elsewhere nothing changes.
 */
export function giveWay(): void {
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, Math.min(getPriority(thread) + STEPS, NICEST));
  } catch {
    // no Linux, no /proc, or a sandbox that forbids it: threads alike
  }
}
