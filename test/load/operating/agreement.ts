import type { LoadReport } from '../../../src/cli/loadtest/render.ts';
import { settledSamples } from '../../../src/cli/loadtest/service-view.ts';
import { difference, scrapedCells } from '../../../src/cli/reconcile/counters.ts';
import { linesOf, logFiles } from '../../../src/cli/reconcile/log-files.ts';
import { type Cells, cellOf, tallyLog } from '../../../src/cli/reconcile/tally-log.ts';
import { table } from '../../../src/cli/table.ts';
import { definitions, STATUSES } from '../../../src/metrics/definitions.ts';
import { nextScrape } from './next-scrape.ts';
import type { Speaker } from './recorder.ts';
import type { Stack } from './stack.ts';

const SELECTOR = 'job="gte"';
/** A scrape and what went before it may be counted to either side of an edge that is nearer. */
const APART_SECONDS = 1.5;

/** Requests by task and status, as each of those who count saw the same run. */
export interface Agreement {
  readonly client: Cells;
  readonly service: Cells;
  readonly nginx: Cells;
  readonly prometheus: Cells;
  /** Of all, by Prometheus' increase() over so many seconds, extrapolated. */
  readonly increase: { readonly value: number; readonly seconds: number };
  /** Answered by nginx itself, or not waited for. */
  readonly strays: number;
}

/** Waits until nothing moves and Prometheus knows it; gives Unix seconds. */
export async function quietMoment(stack: Stack): Promise<number> {
  await settledSamples(stack.admin);
  const scraped = await nextScrape(stack, Date.now() / 1000);
  while (Date.now() / 1000 < scraped + APART_SECONDS) await settledSamples(stack.admin);
  return Date.now() / 1000;
}

/**
 * @param start,end quiet moments around the run
 */
export async function agreementOf(
  stack: Stack,
  report: LoadReport,
  start: number,
  end: number,
): Promise<Agreement> {
  const { prometheus, accessLog } = stack;
  const [before, after] = [
    await scrapedCells(prometheus, SELECTOR, start),
    await scrapedCells(prometheus, SELECTOR, end),
  ];
  if (!before || !after || !report.service) throw new Error('the service or Prometheus was not there');
  const seconds = Math.round(end - start);
  const [increase] = await prometheus.query(
    `sum(increase(${definitions.taskRequests.name}{${SELECTOR}}[${seconds}s]))`,
    end,
  );
  const log = await tallyLog(allLines(await logFiles(accessLog, start)), {
    start,
    end,
    lagSeconds: { start: 0, end: 0 },
  });
  const strays = [...log.byNginx.values()].reduce((sum, count) => sum + count, log.hungUp + log.strange);
  return {
    client: cells(report.tasks, ({ outcomes }) => outcomes),
    service: cells(report.service, ({ statuses }) => statuses),
    nginx: log.cells,
    prometheus: difference(after.cells, before.cells),
    increase: { value: increase?.value ?? Number.NaN, seconds },
    strays: strays + report.all.outcomes.no_answer,
  };
}

export const agrees = ({ strays, ...counts }: Agreement): boolean =>
  strays === 0 && rowsOf(counts).every(([, ...seen]) => new Set(seen).size === 1);

export function renderAgreement(agreement: Agreement, { say }: Speaker): string {
  const rows = rowsOf(agreement);
  const total = (i: number) => rows.reduce((sum, row) => sum + (row[i] as number), 0);
  const { increase, strays } = agreement;
  const verdict = agrees(agreement)
    ? say(`All four agree: ${total(1)} requests.\n`, `四者一致：${total(1)} 个请求。\n`)
    : say(
        `They differ; ${strays} requests without an answer of a worker.\n`,
        `不一致；${strays} 个请求没有得到工作进程的回答。\n`,
      );
  return [
    table(
      [
        say('task', '任务'),
        say('status', '状态'),
        say('client', '客户端'),
        say('service', '服务'),
        'nginx',
        'Prometheus',
      ],
      [
        ...rows.map(([cell, ...counts]) => [...cell.split('\t'), ...counts.map(String)]),
        [say('all', '合计'), '', ...[1, 2, 3, 4].map((i) => String(total(i)))],
      ],
      [0, 1],
    ),
    verdict,
    say(
      `Prometheus: the counters' difference; its increase() over these ${increase.seconds} s extrapolates to ${increase.value.toFixed(1)}.\n`,
      `Prometheus 一列为计数器之差；它的 increase() 对这 ${increase.seconds} 秒外推为 ${increase.value.toFixed(1)}。\n`,
    ),
  ].join('\n');
}

type Row = readonly [cell: string, client: number, service: number, nginx: number, prometheus: number];

function rowsOf(of: Pick<Agreement, 'client' | 'service' | 'nginx' | 'prometheus'>): Row[] {
  const all = [of.client, of.service, of.nginx, of.prometheus] as const;
  return [...new Set(all.flatMap((counts) => [...counts.keys()]))]
    .sort()
    .map((cell): Row => {
      const count = (i: 0 | 1 | 2 | 3) => all[i].get(cell) ?? 0;
      return [cell, count(0), count(1), count(2), count(3)];
    })
    .filter(([, ...counts]) => counts.some((count) => count > 0));
}

function cells<T extends { readonly task: string }>(
  rows: readonly T[],
  countsOf: (row: T) => Readonly<Record<string, number>>,
): Cells {
  return new Map(
    rows.flatMap((row) => STATUSES.map((status) => [cellOf(row.task, status), countsOf(row)[status] ?? 0])),
  );
}

async function* allLines(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) yield* linesOf(file);
}
