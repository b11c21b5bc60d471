import type { Command } from './command.ts';
import type { Text } from './language.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: Text;
  load(): Promise<Command>;
}

/** Every command of bin/gte, in the order of `gte --help`; each is loaded only when called. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'status',
    summary: { en: 'workers, model, rates and what is firing', zh: '工作进程、模型、流量和正在触发的告警' },
    load: async () => (await import('./status/command.ts')).status,
  },
  {
    name: 'loadtest',
    summary: { en: 'load at a fixed rate, or to saturation', zh: '以固定速率或饱和方式压测' },
    load: async () => (await import('./loadtest/command.ts')).loadtest,
  },
  {
    name: 'reconcile',
    summary: { en: "nginx's log against the counters, to the request", zh: 'nginx 日志与计数逐请求核对' },
    load: async () => (await import('./reconcile/command.ts')).reconcile,
  },
  {
    name: 'why',
    summary: { en: 'why a task got slower or started to fail', zh: '某个任务为什么变慢或失败' },
    load: async () => (await import('./why/command.ts')).why,
  },
  {
    name: 'capacity',
    summary: {
      en: 'how much load the service sustains, and what is left',
      zh: '服务能承受多少负载，还剩多少余量',
    },
    load: async () => (await import('./capacity/command.ts')).capacity,
  },
  {
    name: 'baseline',
    summary: { en: 'what is normal, and thresholds derived from it', zh: '什么是正常，以及据此推导的阈值' },
    load: async () => (await import('./baseline/command.ts')).baseline,
  },
  {
    name: 'compare',
    summary: {
      en: 'two times, models or sets of answers: is the second worse?',
      zh: '比较两段时间、两个模型或两组回答：后者更差吗？',
    },
    load: async () => (await import('./compare/command.ts')).compare,
  },
  {
    name: 'model',
    summary: {
      en: 'add, list, show, verify, use or remove models',
      zh: '添加、列出、查看、校验、启用或删除模型',
    },
    load: async () => (await import('./model/command.ts')).model,
  },
  {
    name: 'bundle',
    summary: { en: 'pack the service for machines without network', zh: '为没有网络的机器打包' },
    load: async () => (await import('./bundle/command.ts')).bundle,
  },
  {
    name: 'key',
    summary: { en: 'make an API key', zh: '生成 API 密钥' },
    load: async () => (await import('./key/command.ts')).key,
  },
];
