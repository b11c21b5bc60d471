import { unavailable } from '../cli-error.ts';
import { parseExposition, type Sample } from './exposition.ts';
import { FetchError, get } from './get.ts';

/** A row of the primary's GET /workers. */
export interface WorkerRow {
  readonly slot: number;
  readonly pid: number;
  readonly state: string;
  readonly since: string;
  readonly requests: number;
  readonly restarts: number;
  readonly event_loop_p99_ms: number | null;
  readonly rss_bytes: number | null;
}

/** The primary's metrics and admin port. */
export interface Admin {
  readonly url: string;
  workers(): Promise<readonly WorkerRow[]>;
  /** /metrics as it stands now. */
  samples(): Promise<readonly Sample[]>;
}

export function createAdmin(url: string, token?: string): Admin {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const read = async (path: string) => {
    try {
      return await get(new URL(path, url), headers);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      throw unavailable(
        `the service's admin port ${url} does not answer (${error.message}); is it running? bash ops/start.sh, or name it with --admin`,
        `服务的管理端口 ${url} 没有响应（${error.message}）；服务在运行吗？bash ops/start.sh，或用 --admin 指明地址`,
      );
    }
  };
  return {
    url,
    workers: async () => (JSON.parse(await read('/workers')) as { workers: WorkerRow[] }).workers,
    samples: async () => parseExposition(await read('/metrics')),
  };
}
