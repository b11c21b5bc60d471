import type { Logger } from '../logger.ts';
import { type AdminRoute, sendJson } from './admin-server.ts';
import type { ModelTrial } from './model-trial.ts';
import type { Supervisor } from './supervisor.ts';

/** The last rolling reload, for `GET /reload`. */
export interface ReloadStatus {
  /** Counts from 1; 0 before the first. */
  readonly number: number;
  readonly state: 'none' | 'running' | 'done' | 'refused';
  /** Why it was refused. */
  readonly reason?: string;
}

/** Reloads on demand and remembers how the last one went, so that a script can tell. */
export function createReloader(
  supervisor: Pick<Supervisor, 'reload'>,
  trial: Pick<ModelTrial, 'begin' | 'keep' | 'drop' | 'forget'>,
  logger: Logger,
) {
  let status: ReloadStatus = { number: 0, state: 'none' };
  const route: AdminRoute = (_, response) => sendJson(response, 200, status);
  return {
    route,
    async reload(): Promise<void> {
      if (status.state === 'running') {
        logger.warn('a reload is under way: signal ignored');
        return;
      }
      const number = status.number + 1;
      status = { number, state: 'running' };
      try {
        trial.begin();
        await supervisor.reload(trial.drop);
        await trial.keep();
        status = { number, state: 'done' };
        logger.info('reloaded');
      } catch (error) {
        const reason = (error as Error).message;
        await trial.forget().catch(() => undefined);
        status = { number, state: 'refused', reason };
        logger.error({ reason }, 'reload refused: the old workers stay');
      }
    },
  };
}
