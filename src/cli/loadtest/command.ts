import { root } from '../../root.ts';
import { CliError, unavailable, usageError } from '../cli-error.ts';
import type { Call, Options } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { parseDuration, parseNumber } from '../duration.ts';
import type { Text } from '../language.ts';
import type { Admin } from '../sources/admin.ts';
import { adminOf, adminOption } from '../sources/endpoints.ts';
import type { Sample } from '../sources/exposition.ts';
import { atRate } from './at-rate.ts';
import { disagreements } from './disagreements.ts';
import { type LoadReport, renderReport } from './render.ts';
import { saturate } from './saturate.ts';
import { countsBetween, settledSamples } from './service-view.ts';
import { targetOf, targetOptions } from './target.ts';
import { loadBodies } from './workload.ts';

const options = {
  ...targetOptions,
  rate: {
    type: 'string',
    value: 'R',
    help: {
      en: 'requests a second (default 10), or max: as many as are answered, by wrk',
      zh: '每秒请求数（默认 10）；max 表示用 wrk 压到饱和',
    },
  },
  duration: {
    type: 'string',
    value: 'TIME',
    help: { en: 'e.g. 30s, 2m (default 30s)', zh: '例如 30s、2m（默认 30s）' },
  },
  even: {
    type: 'boolean',
    help: { en: 'evenly spaced requests instead of random arrivals', zh: '均匀间隔发送，而非随机到达' },
  },
  connections: {
    type: 'string',
    value: 'N',
    help: {
      en: 'most connections (default 256; with --rate max 16)',
      zh: '最多连接数（默认 256；--rate max 时 16）',
    },
  },
  timeout: {
    type: 'string',
    value: 'TIME',
    help: {
      en: 'give up on an answer (default 30s; not with --rate max: wrk waits)',
      zh: '等待回答的上限（默认 30s；--rate max 时不可用，wrk 会一直等待）',
    },
  },
  ...adminOption,
} as const satisfies Options;

export const loadtest = defineCommand({
  name: 'loadtest',
  usage: '[--rate R] [--duration TIME] [--task TASK]… [--file FILE]',
  summary: {
    en: 'Sends load at a fixed rate, whatever the service does, and shows what came of it beside what the service counted.',
    zh: '以固定速率施加负载（不因服务变慢而减速），并把结果与服务自己的计数并列显示。',
  },
  notes: {
    en: 'A latency counts from the moment the request was due, so waiting is never hidden. Exit code 1 when nothing was answered.',
    zh: '延迟从请求应当发出的时刻算起，排队不会被掩盖。没有任何回答时退出码为 1。',
  },
  options,
  async run(call) {
    const report = await loadReport(call);
    call.print(report, () => renderReport(report, call));
    return report.all.sent > report.all.outcomes.no_answer ? 0 : 1;
  },
});

async function loadReport({ values, env, streams, say }: Call<typeof options>): Promise<LoadReport> {
  const target = targetOf(values, env);
  const seed = parseNumber(values.seed ?? '1', '--seed', 0);
  const durationSeconds = parseDuration(values.duration ?? '30s', '--duration');
  const rate = values.rate === 'max' ? 'max' : parseNumber(values.rate ?? '10', '--rate', 0.01, 100_000);
  const timeoutMs = parseDuration(values.timeout ?? '30s', '--timeout') * 1000;
  const connections = parseNumber(
    values.connections ?? (rate === 'max' ? '16' : '256'),
    '--connections',
    1,
    20_000,
  );
  const bodies = loadBodies({ file: values.file, tasks: values.task ?? [] });
  for (const name of ['even', 'timeout'] as const)
    if (rate === 'max' && values[name] !== undefined)
      throw usageError(`--${name} needs a rate`, `--${name} 需要指定速率`);
  const admin = adminOf(values, env);
  const before = await readCounters(admin);
  const label = say('load', '压测');
  const run =
    rate === 'max'
      ? saturate({ root, ...target, bodies, durationSeconds, connections, seed, streams, label })
      : atRate({
          ...target,
          bodies,
          seed,
          rate,
          durationSeconds,
          timeoutMs,
          connections,
          arrivals: values.even ? 'even' : 'poisson',
          streams,
          label,
        });
  const result = await run;
  if (result.all.sent > 0 && result.all.sent === result.all.outcomes.no_answer)
    throw unavailable(`${target.url} does not answer`, `${target.url} 没有响应`);
  const after = 'missing' in before ? before : await readCounters(admin);
  const missing = 'missing' in after ? after.missing : null;
  const service =
    'missing' in before || 'missing' in after ? null : countsBetween(before.samples, after.samples);
  return {
    url: target.url,
    rate,
    seconds: result.seconds,
    answeredPerSecond: (result.all.sent - result.all.outcomes.no_answer) / result.seconds,
    lateness: result.lateness,
    tasks: result.tasks,
    all: result.all,
    byProxy: result.byProxy,
    service,
    missing,
    disagreements: service ? disagreements(result.tasks, service) : [],
  };
}

/** A load test without the service's own view still is one: what is missing is said in the report. */
async function readCounters(admin: Admin): Promise<{ samples: readonly Sample[] } | { missing: Text }> {
  try {
    return { samples: await settledSamples(admin) };
  } catch (error) {
    if (error instanceof CliError) return { missing: error.text };
    throw error;
  }
}
