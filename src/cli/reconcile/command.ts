import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { unavailable } from '../cli-error.ts';
import type { Call, Env, Options } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { parseDuration } from '../duration.ts';
import { clock } from '../format.ts';
import { settledSamples } from '../loadtest/service-view.ts';
import { createProgress } from '../progress.ts';
import { adminOf, adminOption, prometheusOf, prometheusOption } from '../sources/endpoints.ts';
import { type Sample, startedAt } from '../sources/exposition.ts';
import { thisInstance } from '../sources/this-instance.ts';
import { table } from '../table.ts';
import { compareCounts, type Reconciliation } from './compare-counts.ts';
import { cellsOf, difference, requestSamples, scrapedCells } from './counters.ts';
import { linesOf, logFiles } from './log-files.ts';
import { tallyLog, type Window } from './tally-log.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Where the stack's nginx writes it. */
const defaultLog = (env: Env) => resolve(root, env.STACK_DIR || 'var', 'log/nginx/access.log');
/** Workers report every 250 ms, and nginx writes its line when the answer has left. */
const LAG_SECONDS = 0.5;

const options = {
  since: {
    type: 'string',
    value: 'TIME',
    help: {
      en: 'only the last TIME, e.g. 1h (needs Prometheus; default: since the service started)',
      zh: '只核对最近一段时间，例如 1h（需要 Prometheus；默认自服务启动以来）',
    },
  },
  log: {
    type: 'string',
    value: 'PATH',
    help: {
      en: "nginx's access log; rotated and gzipped ones beside it are read too (default var/log/nginx/access.log)",
      zh: 'nginx 访问日志；同目录下轮转、压缩的也会读取（默认 var/log/nginx/access.log）',
    },
  },
  ...adminOption,
  ...prometheusOption,
} as const satisfies Options;

export const reconcile = defineCommand({
  name: 'reconcile',
  usage: '[--since TIME] [--log PATH]',
  summary: {
    en: "nginx's access log against the service's counters, to the request, per task and status. Exit code 1 when they differ.",
    zh: '把 nginx 访问日志与服务的计数逐任务、逐状态核对到每个请求。不一致时退出码为 1。',
  },
  options,
  async run(call) {
    const { values, env } = call;
    const admin = adminOf(values, env);
    const samples = await settledSamples(admin);
    const now = Date.now() / 1000;
    const { window, before } = await beginning(call, admin.url, samples, now);
    const counted = difference(cellsOf(requestSamples(samples)), before);
    const files = await logFiles(resolve(values.log ?? defaultLog(env)), window.start);
    const log = await tallyLog(allLines(files, call), window);
    const result = compareCounts(log, counted);
    const document = { from: window.start, to: window.end, files, ...result };
    call.print(document, () => render(document, call));
    return result.agrees ? 0 : 1;
  },
});

async function beginning(
  { values, env }: Call<typeof options>,
  adminUrl: string,
  samples: readonly Sample[],
  now: number,
): Promise<{ window: Window; before: ReadonlyMap<string, number> }> {
  const started = startedAt(samples);
  // The counters had stood still, so nothing was under way; a request that ended meanwhile is at the edge.
  const sinceStart = {
    window: { start: started, end: now, lagSeconds: { start: 0, end: LAG_SECONDS } },
    before: new Map<string, number>(),
  };
  if (values.since === undefined) return sinceStart;
  const wanted = now - parseDuration(values.since, '--since');
  if (wanted <= started) return sinceStart;
  const prometheus = prometheusOf(values, env);
  const scraped = await scrapedCells(prometheus, await thisInstance(prometheus, adminUrl, samples), wanted);
  if (!scraped || scraped.time < started)
    throw unavailable(
      `Prometheus has no counters from ${clock(wanted)}; give a shorter --since, or none to start from the service's start`,
      `Prometheus 中没有 ${clock(wanted)} 的计数；请缩短 --since，或不写以从服务启动算起`,
    );
  return {
    window: { start: scraped.time, end: now, lagSeconds: { start: LAG_SECONDS, end: LAG_SECONDS } },
    before: scraped.cells,
  };
}

async function* allLines(
  files: readonly string[],
  { streams, say }: Pick<Call<typeof options>, 'streams' | 'say'>,
): AsyncGenerator<string> {
  const progress = createProgress(streams, say('read', '读取'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  try {
    for (const [i, file] of files.entries()) {
      yield* linesOf(file, (bytes) => progress.update((before + bytes) / total, basename(file)));
      before += sizes[i] ?? 0;
    }
  } finally {
    progress.end();
  }
}

interface ReconcileDocument extends Reconciliation {
  readonly from: number;
  readonly to: number;
  readonly files: readonly string[];
}

function render(
  document: ReconcileDocument,
  { say, language }: Pick<Call<Options>, 'say' | 'language'>,
): string {
  const { rows, agrees, logged, counted, findings, files } = document;
  const edges = rows.reduce((sum, row) => sum + row.atEdges, 0);
  return [
    `${clock(document.from)} – ${clock(document.to)}  ${say(`${files.length} log files`, `${files.length} 个日志文件`)}\n`,
    table(
      [
        say('task', '任务'),
        say('status', '状态'),
        say('nginx', 'nginx'),
        say('service', '服务'),
        say('difference', '差'),
      ],
      [
        ...rows.map((row) => [
          row.task,
          row.status,
          String(row.logged),
          String(row.counted),
          signed(row.counted - row.logged),
        ]),
        [say('all', '合计'), '', String(logged), String(counted), signed(counted - logged)],
      ],
      [0, 1],
    ),
    agrees
      ? say(`They agree: ${counted} requests.\n`, `一致：${counted} 个请求。\n`)
      : say('They differ.\n', '不一致。\n'),
    ...findings.map((finding) => `${finding[language]}\n`),
    ...(edges > 0
      ? [
          say(
            `${edges} requests ended within a second of the window's edges and may be on either side.\n`,
            `有 ${edges} 个请求在窗口边缘一秒内结束，归属不定。\n`,
          ),
        ]
      : []),
  ].join('\n');
}

const signed = (value: number) => (value > 0 ? `+${value}` : value < 0 ? `−${-value}` : '0');
