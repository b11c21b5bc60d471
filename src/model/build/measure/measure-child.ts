// Runs as a process of its own, so that the memory of one graph can be told from that of another and is gone afterwards.
import { readFile } from 'node:fs/promises';
import { openSession } from '../../session.ts';
import type { MeasureAnswer, MeasureRequest } from './measure-graph.ts';

process.once('message', (request: MeasureRequest) => {
  measure(request).then(
    (answer) => finish(answer),
    (error: unknown) =>
      finish({ type: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit(1));

async function measure({ path, output, rows }: MeasureRequest): Promise<MeasureAnswer> {
  const startedAt = performance.now();
  const session = await openSession(path);
  const loadMs = performance.now() - startedAt;
  const outputNames = Object.keys(session.columns);
  if (output === undefined) return { type: 'opened', outputNames };
  const vectors: Float32Array[] = [];
  let cpuMs = 0;
  for (const [i, ids] of rows.entries()) {
    const row = {
      ids: Int32Array.from(ids),
      types: new Int32Array(ids.length),
      lengths: Int32Array.of(ids.length),
    };
    const before = process.cpuUsage();
    const result = (await session.run({ ...row, width: ids.length }, [output]))[output];
    // The first run pays the page faults.
    const { user, system } = process.cpuUsage(before);
    if (i > 0) cpuMs += (user + system) / 1000;
    vectors.push(Float32Array.from(result?.data ?? []));
    if (i % 10 === 0) process.send?.({ type: 'progress', fraction: (i + 1) / rows.length });
  }
  const cpuMsPerRow = cpuMs / Math.max(1, rows.length - 1);
  return { type: 'measured', vectors, loadMs, cpuMsPerRow, memoryBytes: await memoryBytes() };
}

/** Resident memory, private and shared; where the kernel tells, the proportional share. */
async function memoryBytes(): Promise<number> {
  const rollup = await readFile('/proc/self/smaps_rollup', 'latin1').catch(() => '');
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  return kilobytes === undefined ? process.memoryUsage.rss() : Number(kilobytes) * 1024;
}

function finish(answer: MeasureAnswer): void {
  process.send?.(answer, () => process.exit(0));
}
