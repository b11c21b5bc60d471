import type { z } from 'zod';
import type { Manifest } from '../model/manifest.ts';
import { classifyHead } from './classify-head.ts';
import { request, text } from './input-fields.ts';
import { labelResult } from './label-answer.ts';
import type { Task, TaskOrReason } from './task.ts';
import { lacksHead } from './unavailable.ts';

/** The mood of a text. */
export function createSentiment(manifest: Manifest): TaskOrReason {
  const described = manifest.extractor?.heads.sentiment;
  if (!described) return lacksHead('sentiment', manifest);
  const head = { ...described, windowTokens: described.window_tokens };
  const input = request('sentiment', { input_text: text() }).meta({
    examples: [{ task_type: 'sentiment', input_text: '房间很干净，前台服务也热情，下次还会来。' }],
  });

  const task: Task<z.infer<typeof input>> = {
    type: 'sentiment',
    input,
    result: labelResult,
    run: ({ input_text }, engine, call) => classifyHead(input_text, head, engine, call),
  };
  return task;
}
