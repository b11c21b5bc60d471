import * as z from 'zod';
import { distinct } from '../distinct.ts';
import type { Call, Engine } from '../model/engine.ts';
import type { Manifest } from '../model/manifest.ts';
import { classifyHead } from './classify-head.ts';
import { cosine, embedTexts } from './embed-texts.ts';
import { choice, request, text } from './input-fields.ts';
import { labelAnswer, labelResult } from './label-answer.ts';
import type { Answer, Task, TaskOrReason } from './task.ts';
import { lacksHead, lacksTemperature } from './unavailable.ts';

const LABEL_LENGTH = 100;
const LABELS = { min: 2, max: 50 };

const ownLabels = z
  .array(text(LABEL_LENGTH), { error: 'must be a list of strings' })
  .min(LABELS.min, `must hold at least ${LABELS.min} labels`)
  .max(LABELS.max, `must hold at most ${LABELS.max} labels`)
  .superRefine(distinct((label) => label))
  .meta({ uniqueItems: true, description: 'labels of your own, compared with the text by sentence vectors' });

/** One label out of a scheme of the model's, or out of the caller's own. */
export function createClassification(manifest: Manifest): TaskOrReason {
  const head = manifest.extractor?.heads.classification;
  const temperature = manifest.encoder && manifest.labels?.temperature;
  if (!head && temperature === undefined)
    return manifest.encoder
      ? lacksTemperature('classification', manifest)
      : lacksHead('classification', manifest);
  const input = request('classification', {
    input_text: text(),
    scheme: choice(Object.keys(head?.schemes ?? {})).optional(),
    labels: ownLabels.optional(),
  })
    .superRefine(({ scheme, labels }, ctx) => {
      const problem = (field: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: [field], message });
      if (scheme !== undefined && labels !== undefined)
        problem('labels', 'must not be given together with scheme');
      if (labels === undefined && !head) problem('labels', 'is missing: this model has no labels of its own');
      if (labels !== undefined && temperature === undefined)
        problem(
          'labels',
          manifest.encoder
            ? "is not possible: this model's manifest has no labels.temperature"
            : 'is not possible: this model has no encoder to compare them with the text',
        );
    })
    .meta({
      not: { required: ['scheme', 'labels'] },
      examples: [
        { task_type: 'classification', input_text: '央行宣布下调存款准备金率0.5个百分点' },
        {
          task_type: 'classification',
          input_text: '央行宣布下调存款准备金率',
          labels: ['金融政策', '足球比赛', '天气预报'],
        },
      ],
    });

  const task: Task<z.infer<typeof input>> = {
    type: 'classification',
    input,
    result: labelResult,
    async run({ input_text, scheme, labels }, engine, call) {
      if (labels) return compare(input_text, labels, temperature ?? 1, engine, call);
      const chosen = head?.schemes[scheme ?? head.default];
      if (!head || !chosen) throw new Error('an unchecked input');
      return classifyHead(input_text, { ...chosen, windowTokens: head.window_tokens }, engine, call);
    },
  };
  return task;
}

/** The caller's labels by the nearness of their sentence vectors to the text's. */
async function compare(
  input: string,
  labels: readonly string[],
  temperature: number,
  engine: Engine,
  call: Call,
): Promise<Answer> {
  const { vectors, truncated } = await embedTexts([input, ...labels], engine, call);
  const [asked = new Float32Array(), ...offered] = vectors;
  const logits = offered.map((vector) => cosine(asked, vector) / temperature);
  const named = labels.map((label) => ({ label, name: label }));
  return labelAnswer(named, logits, truncated, () => 'custom');
}
