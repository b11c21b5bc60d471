/** The fixed sentences of docs/reliability, by language. */
export const TEXTS = {
  en: {
    title: 'Reliability: promised and measured',
    other: '[中文](reliability.zh-CN.md)',
    intro:
      'Written by `npm run chaos`, which runs every experiment against the real cluster (`dist/main.js`, real nginx, Prometheus and PM2 where named), each from a copy of the build of its own. `npm run chaos NAME...` repeats some and leaves the other rows as they are (`chaos/results.json`); each row names the day, the commit and how long it took. `npm run chaos -- --short` takes some seconds for each; CI runs the short forms, some with less load, with wider bounds for times and sizes. `npm run soak` takes an hour.',
    machine: 'Machine',
    versions: 'Versions',
    columns: ['experiment', 'promised', 'measured', 'verdict'],
    kept: 'kept',
    notKept: '**not kept**',
    notRun: 'not run',
    failed: 'could not be run to its end',
    limits: 'Time-outs and limits',
    limitRows: [
      ['request headers', '10 s, looked at every 2 s'],
      ['request body', '60 s to arrive (nginx: 10 s between two reads), 256 KB'],
      [
        'idle kept-alive connection',
        '20 s (nginx: 30 s for its clients, who are told 25; 10 s at the latest for its own)',
      ],
      ['answer', '`GTE_DEADLINE_MS`, 10 s; a request may ask for less with `X-Timeout-Ms`'],
      ['reader that takes nothing of its answer', '30 s (nginx: 10 s between two writes)'],
      ['silent worker', '`GTE_HANG_MS`, 1.75 s after its last push, looked at every 0.2 s'],
      ['batch that does not end', 'max(10 s, 10 × predicted), looked at every second'],
      ['worker that leaves', '`GTE_DRAIN_MS`, 15 s: cut 1.5 s and killed 1 s before it'],
      ['respawn of a worker that died', '0.1 s, doubled at each death in a row up to 10 s'],
    ],
    limit: 'what',
    value: 'limit',
  },
  zh: {
    title: '可靠性：承诺与实测',
    other: '[English](reliability.md)',
    intro:
      '由 `npm run chaos` 生成：每个实验都针对真实集群（`dist/main.js`，以及注明的真实 nginx、Prometheus、PM2），各自使用一份独立的构建副本。`npm run chaos NAME...` 重做其中几个，其余各行不变（`chaos/results.json`）；每行注明日期、提交与耗时。`npm run chaos -- --short` 每个只需数秒；CI 运行短版，其中一些负载较小，时间与大小的界限放宽。`npm run soak` 运行一小时。',
    machine: '机器',
    versions: '版本',
    columns: ['实验', '承诺', '实测', '结论'],
    kept: '达到',
    notKept: '**未达到**',
    notRun: '未运行',
    failed: '未能运行完毕',
    limits: '超时与限制',
    limitRows: [
      ['请求头', '10 秒，每 2 秒检查'],
      ['请求体', '60 秒内到达（nginx：两次读取间隔 10 秒），256 KB'],
      ['空闲长连接', '20 秒（nginx 对客户端保持 30 秒，并告知 25 秒；自己到工作进程的连接最迟 10 秒关闭）'],
      ['应答', '`GTE_DEADLINE_MS`，10 秒；请求可用 `X-Timeout-Ms` 要求更短'],
      ['不读取应答的客户端', '30 秒（nginx：两次写入间隔 10 秒）'],
      ['沉默的工作进程', '`GTE_HANG_MS`，距最后一次推送 1.75 秒，每 0.2 秒检查'],
      ['不结束的批次', 'max(10 秒, 10 × 预测耗时)，每秒检查'],
      ['正在退出的工作进程', '`GTE_DRAIN_MS`，15 秒：提前 1.5 秒断开，提前 1 秒 SIGKILL'],
      ['崩溃后的重启', '0.1 秒，连续崩溃时加倍，最多 10 秒'],
    ],
    limit: '对象',
    value: '限制',
  },
} as const;

export type Language = keyof typeof TEXTS;
