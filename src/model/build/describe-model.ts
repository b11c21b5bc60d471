import { createHash } from 'node:crypto';
import type { Manifest } from '../manifest.ts';
import type { BuiltGraph } from './built-graph.ts';
import { OUTPUT } from './graph/write-bert.ts';
import { GOLDEN_PAIRS } from './measure/sentences.ts';
import { type Quality, qualityTable } from './quality.ts';
import type { SourceModel } from './source-model.ts';
import type { Trial } from './trial.ts';

/** Where a model comes from. */
export interface Origin {
  /** The hub's name, or the folder's. */
  readonly id: string;
  readonly revision?: string | undefined;
}

export interface Converted {
  readonly name: string;
  readonly origin: Origin;
  readonly source: SourceModel;
  readonly built: BuiltGraph;
  readonly precision: 'fp32' | 'int8';
  /** Of the exact build; golden rows are its answers. */
  readonly exact: Trial;
  /** Of what is kept. */
  readonly kept: Trial;
  readonly quality?: Quality | undefined;
}

/** Differences between CPUs and onnxruntime versions at the same precision. */
const HOST_TOLERANCE = 0.005;

export function describeManifest(model: Converted): Manifest {
  const { origin, source, built, kept, exact } = model;
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  const widest = Math.max(
    ...kept.goldenScores.map((score, i) => Math.abs(score - (exact.goldenScores[i] as number))),
  );
  // A branch's name says nothing about what is in it.
  const isCommit = /^[0-9a-f]{12,}$/.test(origin.revision ?? '');
  // Two builds of one commit answer differently.
  const ofCommit = `${origin.revision?.slice(0, 12)}${model.precision === 'int8' ? '-int8' : ''}`;
  const from = origin.revision ? `${origin.id} @ ${origin.revision}` : origin.id;
  return {
    manifest_version: 1,
    name: model.name,
    version: isCommit ? ofCommit : (built.data ?? built.graph).sha256.slice(0, 12),
    license: source.license ?? 'see MODEL_CARD.md',
    tokenizer: {
      file: 'tokenizer.json',
      sha256: createHash('sha256').update(source.tokenizer.json).digest('hex'),
      max_tokens: source.tokenizer.maxTokens,
    },
    encoder: {
      ...built.graph,
      ...(built.data && { data: built.data }),
      precision: model.precision,
      output: OUTPUT,
      dimensions: kept.dimensions,
      normalized: kept.normalized,
      base: from,
    },
    golden: {
      // An int8 build may differ from fp32 by what it was measured to, and as much again on another CPU.
      score_tolerance: Math.min(1, rounded(HOST_TOLERANCE + 2 * widest, 4)),
      rows_may_differ: 0,
      rows: GOLDEN_PAIRS.map(([a, b], i) => ({
        task: 'similarity' as const,
        texts: [a, b] as [string, string],
        answer: rounded(exact.goldenScores[i] as number, 4),
      })),
    },
  };
}

/** MODEL_CARD.md: how it was made, then the source's own card. */
export async function describeCard(model: Converted): Promise<string> {
  const { config, content, pooling, tokenizer, license, card } = model.source;
  const pooled = content.kind === 'onnx' ? undefined : await pooling();
  const lines = [
    `# ${model.name}`,
    '',
    `Sentence encoder from ${model.origin.id}${model.origin.revision ? `, revision ${model.origin.revision}` : ''}. Licence: ${license ?? 'not stated by the source'}.`,
    '',
    `${config.layers} layers × ${config.hidden}, ${tokenizer.maxTokens} tokens at most, ${model.precision}, ` +
      `${pooled ? `${pooled.mode} pooling` : "the source's own ONNX graph"}, vectors ${model.kept.normalized ? 'of length 1' : 'not normalised'}.`,
  ];
  if (model.quality) lines.push('', 'Measured where it was made:', '', qualityTable(model.quality));
  if (card !== undefined)
    lines.push('', '---', '', "The source's card:", '', card.replace(/^---\n[\s\S]*?\n---\n/, ''));
  return `${lines.join('\n')}\n`;
}
