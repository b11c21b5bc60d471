import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MIX } from '../../capacity-file.ts';
import { NotReadyError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { definitions, RESTART_REASONS, STAGES, STATUSES } from '../../metrics/definitions.ts';
import type { AdminRoutes, WorkerStatus } from '../admin-server.ts';
import type { MetricsLedger } from '../metrics-ledger.ts';
import { boardFiles } from './board-files.ts';
import { loadBoardThresholds } from './board-thresholds.ts';
import { BOARD_EDGES, BOARD_TASKS, createColumns } from './columns.ts';
import { COARSE_ROWS, COARSE_STEP_SECONDS, createHistory, FINE_ROWS, FINE_STEP_SECONDS } from './history.ts';
import { createHistoryAnswer } from './history-answer.ts';
import { createModelChanges } from './model-changes.ts';
import { createSampler, type Presence } from './sampler.ts';
import { createViewers, serverSentEvent } from './viewers.ts';

const SAMPLE_MS = 1000;
const MAX_VIEWERS = 64;

export interface BoardOptions {
  /** The checkout. */
  readonly root: string;
  readonly slots: number;
  readonly ledger: Pick<MetricsLedger, 'json'>;
  readonly workers: () => readonly WorkerStatus[];
  readonly presence: () => Presence;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

export interface Board {
  /** For the admin server: the page, its event stream and its history. */
  readonly routes: AdminRoutes;
  /** Begins to sample, each second. */
  start(): void;
  stop(): void;
}

/** The live board: samples the ledger each second, keeps a bounded history, tells whoever watches. See docs/board.md. */
export function createBoard({ root, slots, ledger, workers, presence, logger }: BoardOptions): Board {
  const instance = randomUUID();
  const columns = createColumns(slots);
  const history = createHistory(columns);
  const sampler = createSampler(columns);
  const modelChanges = createModelChanges();
  const viewers = createViewers(MAX_VIEWERS);
  const historyAnswer = createHistoryAnswer(history);
  const startedAt = performance.now();
  const hello = {
    instance,
    columns,
    tasks: BOARD_TASKS,
    statuses: STATUSES,
    stages: STAGES,
    reasons: RESTART_REASONS,
    edges: BOARD_EDGES,
    fine: { stepSeconds: FINE_STEP_SECONDS, rows: FINE_ROWS },
    coarse: { stepSeconds: COARSE_STEP_SECONDS, rows: COARSE_ROWS },
    thresholds: loadBoardThresholds(join(root, 'prometheus/thresholds.yaml'), (err) =>
      logger.warn({ err }, 'prometheus/thresholds.yaml is unreadable: the board uses its own defaults'),
    ),
  };
  let timer: NodeJS.Timeout | undefined;
  let sampledAt = startedAt;

  const sample = async (): Promise<void> => {
    const parts = await ledger.json();
    const now = performance.now();
    const second = Math.floor((now - startedAt) / SAMPLE_MS);
    const row = sampler.sample(parts, presence(), (now - sampledAt) / 1000);
    sampledAt = now;
    history.add(second, row);
    historyAnswer.forget();
    const values = (metric: string) =>
      parts.flatMap((part) => part.filter(({ name }) => name === metric).flatMap((found) => found.values));
    const models = values(definitions.modelInfo.name).map(({ labels }) => labels);
    modelChanges.see(second, models);
    if (viewers.count === 0) return;
    const capacity = values(definitions.capacity.name).find(({ labels }) => labels.workload === MIX)?.value;
    viewers.send(
      serverSentEvent('frame', {
        second,
        at: Date.now(),
        row: Array.from(row, round),
        totals: sampler.totals(),
        workers: workers(),
        models,
        modelChanges: modelChanges.changes,
        capacity,
      }),
    );
  };

  const tick = () => {
    // Aimed at the middle of each second since the start, so that no second has two samples or none.
    const elapsed = performance.now() - startedAt;
    timer = setTimeout(tick, SAMPLE_MS * 1.5 - (elapsed % SAMPLE_MS)).unref();
    sample().catch((err) => logger.error({ err }, 'board sample failed'));
  };

  return {
    routes: {
      ...boardFiles(root),
      '/board/stream': (request, response) => {
        if (viewers.full) throw new NotReadyError(`${MAX_VIEWERS} people watch the board already`);
        if (request.method === 'HEAD') response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end();
        else viewers.add(response, serverSentEvent('hello', hello));
      },
      '/board/history': (request, response) =>
        historyAnswer.answer(request, response, { 'X-Board-Instance': instance }),
    },
    start() {
      timer ??= setTimeout(tick, SAMPLE_MS / 2).unref();
    },
    stop() {
      clearTimeout(timer);
      viewers.close();
    },
  };
}

/** Six decimals: microseconds. NaN becomes null in JSON. */
const round = (value: number): number => (Number.isInteger(value) ? value : Math.round(value * 1e6) / 1e6);
