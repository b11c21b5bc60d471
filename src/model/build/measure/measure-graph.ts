import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError } from '../../model-error.ts';

export interface MeasureRequest {
  readonly path: string;
  /** The pooled output; without one the graph is only opened. */
  readonly output: string | undefined;
  /** Ids of each text, special tokens included. */
  readonly rows: readonly (readonly number[])[];
}

export interface Measured {
  readonly vectors: readonly Float32Array[];
  readonly loadMs: number;
  /** CPU time (on a busy host the clock would tell of others), one text at a time, one thread. */
  readonly cpuMsPerRow: number;
  readonly memoryBytes: number;
}

export type MeasureAnswer =
  | ({ readonly type: 'measured' } & Measured)
  | { readonly type: 'opened'; readonly outputNames: string[] }
  | { readonly type: 'failed'; readonly reason: string };

export interface MeasureOptions {
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Ends the process. */
  readonly signal?: AbortSignal | undefined;
}

type ChildMessage = MeasureAnswer | { readonly type: 'progress'; readonly fraction: number };

/**
 * Runs texts through a graph in a process of its own.
 * @throws ModelError with onnxruntime's reason when the graph can't be opened or run.
 */
export async function measureGraph(
  path: string,
  output: string,
  rows: MeasureRequest['rows'],
  options: MeasureOptions = {},
): Promise<Measured> {
  const answer = await ask({ path, output, rows }, options);
  if (answer.type !== 'measured') throw new ModelError(`${path}: no answer`);
  return answer;
}

/** The names of a graph's outputs. Throws as measureGraph. */
export async function readOutputNames(path: string): Promise<string[]> {
  const answer = await ask({ path, output: undefined, rows: [] });
  if (answer.type !== 'opened') throw new ModelError(`${path}: no answer`);
  return answer.outputNames;
}

function ask(request: MeasureRequest, { onProgress, signal }: MeasureOptions = {}): Promise<MeasureAnswer> {
  const module = new URL(`./measure-child${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(module), { serialization: 'advanced', ...(signal && { signal }) });
  return new Promise<MeasureAnswer>((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'progress') onProgress?.(message.fraction);
      else if (message.type === 'failed') reject(new ModelError(`${request.path}: ${message.reason}`));
      else resolve(message);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(
        new ModelError(`${request.path}: its trial run ended with ${signal ?? code} (too little memory?)`),
      ),
    );
    child.send(request);
  });
}
