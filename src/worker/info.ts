import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtCommit } from '../built-commit.ts';
import type { Config } from '../config.ts';
import type { Manifest } from '../model/manifest.ts';
import { MAX_TEXT } from '../tasks/input-fields.ts';
import type { TaskOrReason } from '../tasks/task.ts';

export interface InfoOptions {
  readonly config: Config;
  readonly manifest: Manifest;
  readonly encoder?: Manifest | undefined;
  readonly tasks: readonly TaskOrReason[];
  readonly bodyBytes: number;
}

/** The document of GET /info. */
export function createInfo({ config, manifest, encoder, tasks, bodyBytes }: InfoOptions) {
  const read = (path: string) =>
    JSON.parse(readFileSync(join(config.root, path), 'utf8')) as Record<string, unknown>;
  const { name, version, dependencies } = read('package.json') as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
  };
  const commit = builtCommit();
  return {
    name,
    version,
    model: identity(manifest),
    ...(encoder && { encoder: identity(encoder) }),
    tasks: tasks.map((task) =>
      'unavailable' in task
        ? { type: task.type, available: false, reason: task.unavailable }
        : { type: task.type, available: true, ...schemesOf(task.type, manifest) },
    ),
    limits: {
      input_text_code_points: MAX_TEXT,
      body_bytes: bodyBytes,
      deadline_ms: config.service.deadlineMs,
      queue_tokens: config.model.queueTokens,
    },
    build: {
      ...(commit && { commit }),
      node: process.version,
      'onnxruntime-node': dependencies['onnxruntime-node'],
    },
  };
}

const identity = ({ name, version, license }: Manifest) => ({ name, version, license });

function schemesOf(type: string, manifest: Manifest): { schemes?: string[] } {
  const heads = manifest.extractor?.heads;
  if (type === 'ner' && heads?.ner) return { schemes: ['default', ...Object.keys(heads.ner.schemes)] };
  if (type === 'classification' && heads?.classification)
    return { schemes: Object.keys(heads.classification.schemes) };
  return {};
}
