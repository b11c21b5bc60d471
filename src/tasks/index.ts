import type { Manifest } from '../model/manifest.ts';
import { createClassification } from './classification.ts';
import { createEmbedding } from './embedding.ts';
import { createEvent } from './event.ts';
import { createNer } from './ner.ts';
import { createQa } from './qa.ts';
import { createRelation } from './relation.ts';
import { createSentiment } from './sentiment.ts';
import { createSimilarity } from './similarity.ts';
import type { TaskOrReason } from './task.ts';

/** Every task, or why this model folder can't do it. */
export function createTasks(manifest: Manifest): readonly TaskOrReason[] {
  return [
    createNer(manifest),
    createRelation(manifest),
    createEvent(manifest),
    createSentiment(manifest),
    createClassification(manifest),
    createQa(manifest),
    createEmbedding(manifest),
    createSimilarity(manifest),
  ];
}
