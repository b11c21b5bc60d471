import { readFile } from 'node:fs/promises';
import { definitions } from '../../metrics/definitions.ts';
import type { Manifest } from '../../model/manifest.ts';
import { CliError } from '../cli-error.ts';
import type { Env } from '../command.ts';
import { adminOf } from '../sources/endpoints.ts';
import { FetchError, get } from '../sources/get.ts';

/** The primary's GET /reload. */
interface ReloadStatus {
  readonly number: number;
  readonly state: 'none' | 'running' | 'done' | 'refused';
  readonly reason?: string;
}

/** The running service as far as a reload is concerned. */
export function createServiceReload(values: { readonly admin?: string }, env: Env) {
  const admin = adminOf(values, env);
  const token = env.GTE_METRICS_TOKEN;
  return {
    /** Undefined when nothing listens on the admin port. */
    async status(): Promise<ReloadStatus | undefined> {
      try {
        const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
        return JSON.parse(await get(new URL('/reload', admin.url), headers)) as ReloadStatus;
      } catch (error) {
        if (!(error instanceof FetchError)) throw error;
        if (error.status === undefined) return undefined;
        throw new CliError({ en: `${admin.url}: ${error.message}`, zh: `${admin.url}：${error.message}` });
      }
    },
    /** Sends SIGUSR2 to the parent of the workers. @throws CliError when it belongs to another user or host. */
    async trigger(): Promise<void> {
      const [worker] = await admin.workers();
      const status = await readFile(`/proc/${worker?.pid}/status`, 'latin1').catch(() => '');
      const primary = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
      try {
        if (!(primary > 1)) throw new Error('its process is not on this host');
        process.kill(primary, 'SIGUSR2');
      } catch (error) {
        const reason = (error as Error).message;
        throw new CliError({
          en: `the service can't be told to reload: ${reason}`,
          zh: `无法通知服务重载：${reason}`,
        });
      }
    },
    /** Whether every graph of the manifest that counts is the one that the workers report. */
    async runs({ name, version, encoder, extractor }: Manifest): Promise<boolean> {
      const loaded = (await admin.samples()).filter(
        (s) => s.name === definitions.modelInfo.name && s.value === 1,
      );
      const graphs = [...(encoder ? ['encoder'] : []), ...(extractor ? ['extractor'] : [])];
      return graphs.every((graph) =>
        loaded.some(({ labels }) => labels.model === `${name}/${graph}` && labels.version === version),
      );
    },
  };
}
