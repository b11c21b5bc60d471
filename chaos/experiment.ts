/** The same sentence in both languages of docs/reliability. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** One thing that was promised, and what was measured. */
export interface Check {
  readonly what: Text;
  /** With its unit, the same in both languages. */
  readonly measured: string;
  /** E.g. "≤ 50 ms". */
  readonly promised: string;
  readonly kept: boolean;
  /** Kept, or, for a time or a size, near enough for a machine that is busy with other things: CI insists on that. */
  readonly nearly: boolean;
}

export interface Run {
  /** The long form of `npm run chaos`; else some seconds. */
  readonly full: boolean;
  /** Run at the end, in reverse order, whatever happens. */
  onEnd(cleanUp: () => unknown): void;
  /** A line of progress. */
  say(line: string): void;
}

/** A fault, and what the service promises to do about it. */
export interface Experiment {
  /** As `npm run chaos NAME` has it. */
  readonly name: string;
  readonly title: Text;
  readonly promise: Text;
  /** Too long for the short forms, or tested by a file of its own. */
  readonly fullOnly?: boolean;
  /** It counts, or has time to spare: its short form may share the cores with other tests. */
  readonly sharesCores?: boolean;
  /** Of the long form, after which it is given up; 10 when left out. */
  readonly limitMinutes?: number;
  run(run: Run): Promise<Check[]>;
}
