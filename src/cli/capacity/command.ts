import { resolve } from 'node:path';
import { type CapacityFile, capacityModels, MIX, writeCapacity } from '../../capacity-file.ts';
import { definitions } from '../../metrics/definitions.ts';
import type { Options } from '../command.ts';
import { defineCommand } from '../define-command.ts';
import { parseDuration, parseNumber } from '../duration.ts';
import { targetOf, targetOptions } from '../loadtest/target.ts';
import { loadBodies } from '../loadtest/workload.ts';
import { adminOf, adminOption, prometheusOf, prometheusOption, readConfig } from '../sources/endpoints.ts';
import { readTraffic } from './headroom.ts';
import { type Capacity, measureCapacity, readyWorkers } from './measure.ts';
import { renderCapacity } from './render.ts';
import { capacityReport } from './report.ts';

const options = {
  ...targetOptions,
  p95: {
    type: 'string',
    value: 'TIME',
    help: { en: 'the objective: P95 at most this (default 2s)', zh: '目标：P95 不超过此值（默认 2s）' },
  },
  errors: {
    type: 'string',
    value: 'PERCENT',
    help: {
      en: 'the objective: failures at most this (default 1)',
      zh: '目标：失败率不超过此百分比（默认 1）',
    },
  },
  step: {
    type: 'string',
    value: 'TIME',
    help: { en: 'length of a step (default 30s)', zh: '每步时长（默认 30s）' },
  },
  each: {
    type: 'boolean',
    help: { en: 'every task by itself too, not only the mix', zh: '除混合流量外，逐个任务单独测量' },
  },
  for: {
    type: 'string',
    value: 'RATE',
    help: { en: 'how many cores this many requests a second need', zh: '每秒这么多请求需要多少核' },
  },
  output: {
    type: 'string',
    value: 'FILE',
    help: {
      en: 'where to keep the result (default GTE_CAPACITY_FILE, else var/capacity.json)',
      zh: '结果存放处（默认 GTE_CAPACITY_FILE，否则 var/capacity.json）',
    },
  },
  ...adminOption,
  ...prometheusOption,
} as const satisfies Options;

export const capacity = defineCommand({
  name: 'capacity',
  usage: '[--each] [--task TASK]… [--p95 TIME] [--for RATE]',
  summary: {
    en: 'Raises the load in steps until P95 or failures break the objective: how much the service sustains, and how much of that is left.',
    zh: '逐步加压直到 P95 或失败率超出目标：服务能承受多少，还剩多少余量。',
  },
  notes: {
    en: 'It loads the service to its limit for minutes: run it where nobody is waiting for answers. Exit code 1 when every rate broke the objective; Ctrl-C stops it and keeps nothing.',
    zh: '它会把服务压到极限并持续数分钟：请勿在有人等待结果的环境中运行。每一步都达不到目标时退出码为 1；Ctrl-C 停止，不保存结果。',
  },
  options,
  async run(call) {
    const { values, env, streams } = call;
    const target = targetOf(values, env);
    const admin = adminOf(values, env);
    const objective = {
      p95: parseDuration(values.p95 ?? '2s', '--p95'),
      errorRatio: parseNumber(values.errors ?? '1', '--errors', 0, 100) / 100,
    };
    const stepSeconds = parseDuration(values.step ?? '30s', '--step');
    const seed = parseNumber(values.seed ?? '1', '--seed', 0);
    const wanted = values.for === undefined ? null : parseNumber(values.for, '--for', 0.01);
    const bodies = loadBodies({ file: values.file, tasks: values.task ?? [] });
    const tasks = [...new Set(bodies.map(({ task }) => task))];
    const samples = await admin.samples();
    const traffic = await readTraffic(prometheusOf(values, env), admin, samples);
    const measure = (name: string, of: typeof bodies) =>
      measureCapacity({ name, bodies: of, ...target, admin, objective, stepSeconds, seed, streams });

    const results: Capacity[] = [await measure(tasks.length === 1 ? (tasks[0] as string) : MIX, bodies)];
    if (values.each && tasks.length > 1)
      for (const task of tasks) {
        const own = bodies.filter((body) => body.task === task);
        results.push(await measure(task, own));
      }

    const workers = readyWorkers(samples);
    const sustainable = results.flatMap(({ name, sustainable }) =>
      sustainable === null ? [] : [[name, sustainable]],
    );
    const file = {
      measured_at: new Date().toISOString(),
      workers,
      models: capacityModels(
        samples
          .filter(({ name, value }) => name === definitions.modelInfo.name && value === 1)
          .map(({ labels }) => labels),
      ),
      objective: { p95_seconds: objective.p95, error_ratio: objective.errorRatio },
      sustainable: Object.fromEntries(sustainable),
    };
    const broken = results.filter((result) => result.sustainable === null).map(({ name }) => name);
    const path = resolve(values.output ?? readConfig(env).capacityFile);
    const fault = keep(path, file, broken);
    const report = capacityReport({
      url: target.url,
      workers,
      objective,
      traffic,
      wanted,
      results,
      path,
      fault,
    });
    call.print(report, () => renderCapacity(report, call));
    return broken.length > 0 || fault !== null ? 1 : 0;
  },
});

/** What was measured is shown even if it can't be kept: the reason is given back. */
function keep(path: string, file: CapacityFile, broken: readonly string[]): string | null {
  try {
    writeCapacity(path, file, broken);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
