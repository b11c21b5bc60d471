import {
  CancelledError,
  DeadlineError,
  InferenceError,
  OverloadedError,
  type RejectReason,
} from '../errors.ts';
import { chooseBatch, MAX_BATCH_TOKENS } from './choose-batch.ts';
import { createCostModel } from './cost-model.ts';
import { createQueue, type Request } from './queue.ts';
import { createWaitBound } from './wait-bound.ts';

export interface Batch<Input> {
  readonly lane: string;
  readonly inputs: readonly Input[];
  /** Longest row × rows. */
  readonly paddedTokens: number;
  /** Tokens without padding. */
  readonly tokens: number;
}

/** Told what happens, e.g. for metrics. */
export interface BatchObserver {
  ran(batch: Batch<unknown>, seconds: number): void;
  rejected(reason: RejectReason): void;
  cancelled(stage: 'queue' | 'infer'): void;
}

export interface Work<Input> {
  readonly lane: string;
  readonly rows: readonly { readonly input: Input; readonly tokens: number }[];
  /** Aborted with a DeadlineError as reason when time is up, with anything else when the client is gone. */
  readonly signal: AbortSignal;
  /** performance.now() milliseconds by which the answer is of use. */
  readonly deadline: number;
}

export interface Outputs<Output> {
  readonly outputs: Output[];
  /** Inference seconds of the batches that held this work's rows. */
  readonly inferSeconds: number;
}

export interface RunningBatch {
  /** performance.now() milliseconds. */
  readonly startedAt: number;
  readonly predictedMs: number;
}

/**
 * How many times its own cost work lets later, shorter work go first. At 1, sentiment waits for three texts of 512 tokens of a
 * large model whenever four of them are always under way (`npm run bench:models`); at 4, for the one that runs.
 */
const PATIENCE = 4;

interface Pending<Output> extends Request {
  readonly outputs: Output[];
  missing: number;
  started: boolean;
  inferSeconds: number;
  settle(error?: unknown): void;
}

/**
 * Feeds one inference thread: whenever it is free, takes what is queued by length groups (no timers). Refuses at the door
 * what can't be answered in time.
 * @param run answers a batch, one output a row, in order; called for one batch at a time.
 */
export function createBatcher<Input, Output>(options: {
  limitTokens: number;
  /** How long the work before a request may take by prediction, in ms; undefined: see `createWaitBound`. */
  waitMs?: number | undefined;
  run: (batch: Batch<Input>) => Promise<Output[]>;
  observer: BatchObserver;
  /** Milliseconds on the clock of the deadlines. */
  now?: () => number;
}) {
  type Row = { input: Input; index: number };
  const { limitTokens, run, observer, now: clock = () => performance.now() } = options;
  const queue = createQueue<Row>();
  const cost = createCostModel();
  const waitBound = createWaitBound();
  let running: RunningBatch | undefined;
  /** What the newest request could wait for. */
  let longestMs = Infinity;
  let closed = false;

  const busyMs = () => (running ? Math.max(0, running.startedAt + running.predictedMs - clock()) : 0);

  const reject = (reason: RejectReason): never => {
    observer.rejected(reason);
    throw new OverloadedError(reason, (busyMs() + queue.ahead(Infinity).costMs) / 1000);
  };

  const admit = (work: Work<Input>, costs: readonly number[], turn: number, now: number) => {
    if (closed) reject('closed');
    const ahead = queue.ahead(turn);
    const tokens = sumOf(work.rows.map((row) => row.tokens));
    const waitMs = busyMs() + ahead.costMs;
    longestMs =
      options.waitMs ??
      waitBound.boundMs(Math.max(0, ...costs), cost.predictMs(work.lane, MAX_BATCH_TOKENS)) /
        cost.slowdown(work.lane);
    // Where nothing waits, whatever comes is taken, however long it or the running batch is.
    if (ahead.tokens > 0 && ahead.tokens + Math.min(tokens, limitTokens / 2) > limitTokens) reject('full');
    if (ahead.tokens > 0 && waitMs > longestMs) reject('full');
    if (now + waitMs + sumOf(costs) > work.deadline) reject('deadline');
  };

  const next = async (): Promise<void> => {
    if (running) return;
    const entries = queue.take(chooseBatch);
    const lane = entries[0]?.lane;
    if (lane === undefined) return;
    const batch: Batch<Input> = {
      lane,
      inputs: entries.map((entry) => entry.input.input),
      paddedTokens: Math.max(...entries.map((entry) => entry.tokens)) * entries.length,
      tokens: entries.reduce((sum, entry) => sum + entry.tokens, 0),
    };
    const requests = new Set(entries.map((entry) => entry.request as Pending<Output>));
    for (const request of requests) request.started = true;
    const startedAt = clock();
    running = { startedAt, predictedMs: cost.predictMs(lane, batch.paddedTokens) };
    try {
      const outputs = await run(batch);
      const ms = clock() - startedAt;
      cost.observe(lane, batch.paddedTokens, ms);
      waitBound.observe(ms);
      observer.ran(batch, ms / 1000);
      for (const request of requests) request.inferSeconds += ms / 1000;
      entries.forEach((entry, i) => {
        const request = entry.request as Pending<Output>;
        request.outputs[entry.input.index] = outputs[i] as Output;
        request.missing -= 1;
        if (request.missing === 0) request.settle();
      });
    } catch (error) {
      for (const request of requests) request.settle(new InferenceError(error));
      queue.sweep();
    } finally {
      running = undefined;
    }
    void next();
  };

  return {
    get depth() {
      return queue.size;
    },
    get tokens() {
      return queue.tokens;
    },
    /** Tokens that may wait: at most as many of those that do as could be run within the longest wait. */
    get limitTokens() {
      const { tokens, costMs } = queue.ahead(Infinity);
      if (costMs === 0) return limitTokens;
      return Math.min(limitTokens, (tokens * longestMs) / (busyMs() + costMs));
    },
    /** The batch in the inference thread; undefined when idle. */
    get running() {
      return running;
    },
    /**
     * All rows are admitted or refused together. The limits hold for what has its turn not after the work's, so that one
     * long text does not shut out short ones; work itself counts as half the tokens at most, and its time not at all.
     * @throws OverloadedError, DeadlineError (admitted, not answered in time), CancelledError, InferenceError
     */
    add(work: Work<Input>): Promise<Outputs<Output>> {
      const now = clock();
      const costs = work.rows.map((row) => cost.predictMs(work.lane, row.tokens));
      const totalMs = sumOf(costs);
      return new Promise((resolve, rejectWork) => {
        if (work.signal.aborted) throw reasonOf(work.signal, 'queue');
        // Who would be late for it is not overtaken.
        const patience = Math.max(0, Math.min(PATIENCE, (work.deadline - now) / (totalMs || 1) - 1));
        admit(work, costs, now + patience * totalMs, now);
        const abort = () => {
          const error = reasonOf(work.signal, request.started ? 'infer' : 'queue');
          if (error instanceof CancelledError) observer.cancelled(error.stage);
          request.settle(error);
          queue.sweep();
        };
        const request: Pending<Output> = {
          ended: false,
          outputs: new Array(work.rows.length),
          missing: work.rows.length,
          started: false,
          inferSeconds: 0,
          settle(error) {
            if (request.ended) return;
            request.ended = true;
            work.signal.removeEventListener('abort', abort);
            if (error === undefined)
              resolve({ outputs: request.outputs, inferSeconds: request.inferSeconds });
            else rejectWork(error);
          },
        };
        work.signal.addEventListener('abort', abort);
        let turn = now;
        work.rows.forEach((row, index) => {
          turn += patience * (costs[index] ?? 0);
          queue.add({
            request,
            lane: work.lane,
            input: { input: row.input, index },
            tokens: row.tokens,
            costMs: costs[index] ?? 0,
            turn,
          });
        });
        if (work.rows.length === 0) request.settle();
        void next();
      });
    },
    /** Refuses new work; what is queued is still answered. */
    close(): void {
      closed = true;
    },
  };
}

export type Batcher<Input, Output> = ReturnType<typeof createBatcher<Input, Output>>;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

function reasonOf(signal: AbortSignal, stage: 'queue' | 'infer'): Error {
  return signal.reason instanceof DeadlineError ? signal.reason : new CancelledError(stage);
}
