import { resolve } from 'node:path';
import { definitions } from '../../metrics/definitions.ts';
import { unavailable } from '../cli-error.ts';
import { defineCommand } from '../define-command.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { clock } from '../format.ts';
import { prometheusOf, prometheusOption } from '../sources/endpoints.ts';
import { readByHour } from './by-hour.ts';
import { proposals } from './proposals.ts';
import { readMeasured } from './read-measured.ts';
import { type BaselineReport, renderBaseline } from './render.ts';
import { numberIn, readThresholds, withProposals, writeThresholds } from './thresholds-file.ts';

const THRESHOLDS = resolve(import.meta.dirname, '../../../prometheus/thresholds.yaml');

export const baseline = defineCommand({
  name: 'baseline',
  usage: '[--window 24h] [--write]',
  summary: {
    en: 'What is normal: latency and errors per task and hour of day, and alert thresholds derived from them.',
    zh: '什么是正常：各任务、各时段的延迟与错误率，以及据此推导的告警阈值。',
  },
  notes: {
    en: 'Without --write nothing is changed. After writing: npm run rules, then reload Prometheus (bash ops/start.sh does both).',
    zh: '不加 --write 不会修改任何文件。写入后请运行 npm run rules 并重载 Prometheus（bash ops/start.sh 会一并完成）。',
  },
  options: {
    window: {
      type: 'string',
      value: 'TIME',
      help: { en: 'how far back (default 24h)', zh: '回看多久（默认 24h）' },
    },
    write: {
      type: 'boolean',
      help: { en: 'write the proposals and what was measured into the file', zh: '把建议值与实测值写入文件' },
    },
    file: {
      type: 'string',
      value: 'FILE',
      help: {
        en: 'the thresholds (default prometheus/thresholds.yaml)',
        zh: '阈值文件（默认 prometheus/thresholds.yaml）',
      },
    },
    ...prometheusOption,
  },
  async run(call) {
    const { values, env } = call;
    const seconds = Math.round(parseDuration(values.window ?? '24h', '--window'));
    const file = readThresholds(resolve(values.file ?? THRESHOLDS));
    const prometheus = prometheusOf(values, env);
    const end = Math.floor(Date.now() / 1000);
    const window = formatDuration(seconds);
    const [tasks, measured, oldest] = await Promise.all([
      readByHour(prometheus, end - seconds, end),
      readMeasured(prometheus, window, numberIn(file, 'latency_min_requests_per_minute', 'value') ?? 0),
      prometheus.query(`min(min_over_time(timestamp(${definitions.workers.name})[${window}:1m]))`),
    ]);
    const [first] = oldest;
    if (!first || tasks.length === 0)
      throw unavailable(
        `Prometheus at ${prometheus.url} has no requests of the last ${window}`,
        `Prometheus ${prometheus.url} 中最近 ${window} 没有请求`,
      );
    const proposed = proposals(measured).map((proposal) => ({
      ...proposal,
      present: numberIn(file, proposal.name, 'value'),
      measuredBefore: numberIn(file, proposal.name, 'measured') ?? null,
    }));
    const report: BaselineReport = {
      from: clock(end - seconds),
      to: clock(end),
      coveredSeconds: Math.min(seconds, end - first.value),
      windowSeconds: seconds,
      tasks,
      proposals: proposed.filter(({ present }) => present !== undefined),
      file: file.path,
      written: values.write === true,
    };
    if (report.written) writeThresholds(file, withProposals(file, proposed));
    const document = {
      ...report,
      tasks: tasks.map((task) => ({ ...task, hours: Object.fromEntries(task.hours) })),
    };
    call.print(document, () => renderBaseline(report, call));
    return 0;
  },
});
