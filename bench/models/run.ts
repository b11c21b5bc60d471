// npm run bench:models: bringing a large encoder into service, measured, and a published model rebuilt. Takes 10 to 15
// minutes on two cores. Figures are in var/bench/models.md and models.json, rewritten after each part; exit code 1 when a part
// failed or the rebuilt model differs. Arguments: [large|base|small] [folder].
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { measureAdding } from './add.ts';
import { compareBge } from './bge.ts';
import { publishedBge } from './published-bge.ts';
import { SHAPES, type Shape } from './random-model.ts';
import { BGE_TOLERANCE, type Results, renderReport } from './report.ts';
import { measureSharing } from './sharing.ts';

const [shape = 'large', folder = 'var/bench'] = process.argv.slice(2) as [Shape?, string?];
if (!Object.hasOwn(SHAPES, shape)) throw new Error(`no such shape: ${shape}`);
const dir = resolve(folder);
await mkdir(dir, { recursive: true });

let results: Results = { shape, sharing: {}, failures: [] };
const startedAt = performance.now();

/** Runs one part; the others still run when it fails. */
async function part(name: string, work: () => Promise<Partial<Results>>): Promise<void> {
  const minute = () => ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.error(`${minute()} min: ${name}`);
  try {
    const found = await work();
    results = { ...results, ...found };
  } catch (error) {
    fail(`${name}: ${(error as Error).message}`);
  }
  await writeFile(join(dir, 'models.json'), `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(join(dir, 'models.md'), renderReport(results));
}

function fail(reason: string) {
  console.error(reason);
  results = { ...results, failures: [...results.failures, reason] };
}

await part('bge-small-zh-v1.5 rebuilt', async () => {
  const bge = await compareBge(await publishedBge(join(dir, 'bge')));
  for (const { from, precision, largestDifference } of bge.rows)
    if (precision === 'fp32' && !(largestDifference <= BGE_TOLERANCE))
      fail(
        `bge-small-zh-v1.5 built from its ${from} differs from its published export by ${largestDifference}`,
      );
  return { bge };
});
await part('gte model add', async () => ({ adding: await measureAdding(dir, shape) }));
for (const { precision, dir: encoderDir } of results.adding ?? [])
  await part(`${precision} in service`, async () => ({
    sharing: { ...results.sharing, [precision]: await measureSharing(encoderDir) },
  }));

console.log(renderReport(results));
console.error(`${((performance.now() - startedAt) / 60_000).toFixed(1)} min; ${join(dir, 'models.md')}`);
process.exitCode = results.failures.length > 0 ? 1 : 0;
