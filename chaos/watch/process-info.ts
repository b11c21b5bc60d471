import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Alive, a frozen one included; a zombie is not. */
export function isAlive(pid: number): boolean {
  const state = /^State:\s+(\S)/m.exec(read(pid, 'status'))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Resident memory in bytes; 0 when it is gone. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status'))?.[1] ?? 0) * 1024;
}

/** Processes of ours that run in this folder. */
export function processesIn(dir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid) && workingDir(pid) === dir);
}

export const titleOf = (pid: number) => read(pid, 'cmdline').replaceAll('\0', ' ').trim();

/** CPU, cores and memory of this machine. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return `${model}, ${availableParallelism()} × CPU, ${Math.round(totalmem() / 2 ** 30)} GB`;
}

function workingDir(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
