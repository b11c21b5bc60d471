import type { Text } from '../language.ts';
import type { Cells, LogTally } from './tally-log.ts';

export interface Row {
  readonly task: string;
  readonly status: string;
  readonly logged: number;
  readonly counted: number;
  /** Requests so close to the window's edges that they may be on either side. */
  readonly atEdges: number;
}

export interface Reconciliation {
  readonly rows: readonly Row[];
  readonly logged: number;
  readonly counted: number;
  /** The client hung up: in the log a 499, in the service cancelled, or an answer that came too late to be read. */
  readonly hungUp: { readonly logged: number; readonly cancelled: number };
  readonly agrees: boolean;
  /** Why they usually differ like this. */
  readonly findings: readonly Text[];
}

const CANCELLED = 'cancelled';
const GATEWAY_TIMEOUT = 504;

/** The log against the counters, cell by cell, hung-up clients apart. */
export function compareCounts(log: LogTally, counted: Cells): Reconciliation {
  const keys = [...new Set([...log.cells.keys(), ...counted.keys()])].sort();
  const all = keys.map((key) => {
    const [task = '', status = ''] = key.split('\t');
    return {
      task,
      status,
      logged: log.cells.get(key) ?? 0,
      counted: counted.get(key) ?? 0,
      atEdges: log.atEdges.get(key) ?? 0,
    };
  });
  const rows = all.filter((row) => row.status !== CANCELLED && (row.logged > 0 || row.counted > 0));
  const sum = (pick: (row: Row) => number, of: readonly Row[] = rows) =>
    of.reduce((total, row) => total + pick(row), 0);
  // Those in the log were answered: the client's own X-Timeout-Ms was too short.
  const gone = all.filter(({ status }) => status === CANCELLED);
  const cancelled = sum((row) => Math.max(0, row.counted - row.logged), gone);
  const more = sum((row) => Math.max(0, row.counted - row.logged - row.atEdges));
  const fewer = sum((row) => Math.max(0, row.logged - row.counted - row.atEdges), all);
  // A client that leaves while its answer is being written is a 499 for nginx and a success for the service.
  const lateAnswers = Math.max(0, log.hungUp - cancelled);
  // Where nginx gives up waiting, the service sees its client hang up.
  const gaveUp = log.byNginx.get(GATEWAY_TIMEOUT) ?? 0;
  const atEdges = log.hungUpAtEdges + sum((row) => row.atEdges, gone);
  const strayCancelled = Math.max(0, cancelled - log.hungUp - atEdges - gaveUp);
  const agrees = fewer === 0 && more <= lateAnswers && strayCancelled === 0;
  return {
    rows,
    logged: sum((row) => row.logged),
    counted: sum((row) => row.counted),
    hungUp: { logged: log.hungUp, cancelled },
    agrees,
    findings: [
      ...explainMore(more, lateAnswers),
      ...explainFewer(fewer),
      ...explainHungUp(log.hungUp, cancelled),
      ...explainStrayCancelled(strayCancelled),
      ...explainNginx(log.byNginx),
      ...(log.strange === 0 ? [] : [strangeLines(log.strange)]),
    ],
  };
}

function explainMore(more: number, lateAnswers: number): Text[] {
  if (more === 0) return [];
  if (more <= lateAnswers)
    return [
      {
        en: `The service counted ${more} answers more than the log has: clients that hung up while the answer was being written (499 in the log).`,
        zh: `服务比日志多计 ${more} 个回答：客户端在回答写出时断开（日志中为 499）。`,
      },
    ];
  return [
    {
      en: `The service counted ${more} requests that the log does not have. Usually somebody reaches the service without nginx (its port directly), or an older log file is missing.`,
      zh: `服务计数比日志多 ${more} 个请求。通常是有人绕过 nginx 直接访问服务端口，或缺少较早的日志文件。`,
    },
  ];
}

function explainFewer(fewer: number): Text[] {
  if (fewer === 0) return [];
  return [
    {
      en: `The log has ${fewer} answers that the service did not count. Usually a worker was ended with SIGKILL (what it counted in its last 250 ms is lost), or nginx also serves another instance.`,
      zh: `日志中有 ${fewer} 个回答服务没有计数。通常是某个工作进程被 SIGKILL（最后 250 毫秒的计数丢失），或 nginx 还代理了其他实例。`,
    },
  ];
}

function explainHungUp(logged: number, cancelled: number): Text[] {
  if (logged === 0 && cancelled === 0) return [];
  const others = Math.max(0, logged - cancelled);
  return [
    {
      en: `Clients that hung up: ${logged} in the log (499), ${cancelled} counted as cancelled${others > 0 ? `; the other ${others} left before a worker had read the request, or while it wrote the answer` : ''}.`,
      zh: `中途断开的客户端：日志 ${logged} 个（499），服务计为 cancelled 的 ${cancelled} 个${others > 0 ? `；其余 ${others} 个在工作进程读到请求之前、或写出回答时断开` : ''}。`,
    },
  ];
}

function explainStrayCancelled(count: number): Text[] {
  if (count === 0) return [];
  return [
    {
      en: `${count} of the requests that the service counted as cancelled are not in the log. Usually somebody reaches the service without nginx and hangs up, or an older log file is missing.`,
      zh: `服务计为 cancelled 的请求中有 ${count} 个不在日志里。通常是有人绕过 nginx 访问服务并中途断开，或缺少较早的日志文件。`,
    },
  ];
}

function explainNginx(byNginx: ReadonlyMap<number, number>): Text[] {
  return [...byNginx]
    .sort(([a], [b]) => a - b)
    .map(([code, count]) => ({
      en: `nginx itself answered ${count} requests with ${code}${NGINX_CODES[code]?.en ?? ''}; no worker counted them.`,
      zh: `nginx 自己以 ${code} 回答了 ${count} 个请求${NGINX_CODES[code]?.zh ?? ''}；没有工作进程计数。`,
    }));
}

const NGINX_CODES: Readonly<Record<number, Text>> = {
  413: { en: ' (body too large)', zh: '（请求体过大）' },
  429: { en: ' (limit per address)', zh: '（单地址限流）' },
  502: {
    en: ' (a worker died with the request, or none was reachable)',
    zh: '（工作进程在处理中退出，或无可用进程）',
  },
  503: { en: ' (no worker reachable)', zh: '（无可用工作进程）' },
  504: { en: ' (no answer in time)', zh: '（超时未答）' },
};

const strangeLines = (count: number): Text => ({
  en: `${count} lines are not in the gte_json format and were left out.`,
  zh: `${count} 行不是 gte_json 格式，已略过。`,
});
