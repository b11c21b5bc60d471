import type { Engine, Matrix, Sequence } from '../../src/model/engine.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { loadTokenizer } from '../../src/model/tokenizer.ts';
import { starterColumns, starterDir, starterManifest } from './starter.ts';

const tokenizer = await loadTokenizer(starterDir, starterManifest);
const columnsOf = new Map<string, number>(Object.entries(starterColumns.extractor));
const POOLED = new Set(['sentiment', 'topic', 'news']);

/** The id of a character that is one token. */
export async function idOf(char: string): Promise<number> {
  const [id] = (await tokenizer.encode(char)).ids;
  return id ?? Number.NaN;
}

export interface Script {
  readonly manifest?: Manifest;
  /** Fills the logits of one output of one sequence. */
  logits?(output: string, matrix: Matrix, sequence: Sequence): void;
  /** The vector of a sequence; the first axis unless given. */
  vector?(sequence: Sequence): Float32Array;
}

export interface ScriptedEngine extends Engine {
  /** Every sequence that was asked for. */
  readonly asked: Sequence[];
}

/** An engine with the starter's tokenizer and columns whose graphs are a function. */
export function createScriptedEngine(script: Script = {}): ScriptedEngine {
  const asked: Sequence[] = [];
  const { cls, sep } = tokenizer;
  const { max_tokens: maxTokens } = starterManifest.tokenizer;
  const reader = { cls, sep, maxTokens, tokenize: (text: string) => tokenizer.encode(text) };
  const axis = () => Float32Array.from({ length: 512 }, (_, i) => Number(i === 0));
  return {
    asked,
    manifest: script.manifest ?? starterManifest,
    extractor: reader,
    encoder: reader,
    async extract<Name extends string>(sequences: readonly Sequence[], outputs: readonly Name[]) {
      asked.push(...sequences);
      return sequences.map((sequence) => {
        const matrices = outputs.map((output): [Name, Matrix] => {
          const rows = POOLED.has(output) ? 1 : sequence.ids.length;
          const columns = columnsOf.get(output) ?? 0;
          const matrix = { rows, columns, data: new Float32Array(rows * columns) };
          script.logits?.(output, matrix, sequence);
          return [output, matrix];
        });
        return Object.fromEntries(matrices) as Record<Name, Matrix>;
      });
    },
    async embed(sequences) {
      asked.push(...sequences);
      return sequences.map(script.vector ?? axis);
    },
  };
}

/** Logits drawn from [-low, high), repeatable (mulberry32). */
export function noise(seed: number, low: number, high: number): NonNullable<Script['logits']> {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (_, { data }) => {
    for (let i = 0; i < data.length; i += 1) data[i] = random() * (low + high) - low;
  };
}
