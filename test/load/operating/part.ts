import type { Recorder } from './recorder.ts';
import type { Stack } from './stack.ts';

export interface Recording {
  readonly stack: Stack;
  readonly recorder: Recorder;
  /** Length of a window; everything else is in proportion to the two minutes it has unless --seconds is given. */
  readonly seconds: number;
  /** Unix seconds at which the stack was up. */
  readonly since: number;
  readonly interrupted: AbortSignal;
  /** gte baseline may write its proposals. */
  readonly write: boolean;
  say(line: string): void;
}

export interface Part {
  readonly name: string;
  /** About how long it takes with windows of two minutes. */
  readonly minutes: number;
  /** What is not as it should be, one sentence each. */
  run(recording: Recording): Promise<string[]>;
}

export const WINDOW_SECONDS = 120;
/** Of the stack as it ships. */
export const SCRAPE_SECONDS = 15;
/** A time that belongs to windows of two minutes, in proportion. */
export const scaled = (seconds: number, recording: Pick<Recording, 'seconds'>) =>
  (seconds * recording.seconds) / WINDOW_SECONDS;
