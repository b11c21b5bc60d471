import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '../../../src/model/decode/span.ts';
import { ask } from '../../model/ask.ts';
import { createScriptedEngine, noise } from '../../model/scripted-engine.ts';

type Part = Span & { text: string };

/** Every stretch of the input that a result speaks of. */
function parts(value: unknown): Part[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(parts);
  return 'start' in value && 'text' in value ? [value as Part, ...inner] : inner;
}

const pieces = [
  '华为',
  '任正非在',
  '𠮷野家',
  '👍🏽',
  '🇨🇳',
  '，',
  '。',
  ' ',
  '\n',
  '\u200b',
  'é',
  '글',
  '《红',
  '》',
  'iPhone',
  '１２',
  '\ud800',
  '|',
];
const texts = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 120 })
  .map((all) => all.join(''))
  .filter((text) => text.trim() !== '');

const bodies: Record<string, (text: string) => object> = {
  'ner default': (input_text) => ({ task_type: 'ner', input_text }),
  'ner cluener': (input_text) => ({ task_type: 'ner', input_text, scheme: 'cluener' }),
  relation: (input_text) => ({ task_type: 'relation', input_text }),
  event: (input_text) => ({ task_type: 'event', input_text }),
};

for (const [task, bodyOf] of Object.entries(bodies))
  test(`When ${task} finds anything, then the code points [start, end) of the input are its text`, async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(texts, fc.integer(), async (text, seed) => {
        const [low, high] = task.startsWith('ner') ? [3, 3] : [9, 1];
        const engine = createScriptedEngine({ logits: noise(seed, low, high) });
        const { result } = await ask(engine, bodyOf(text));
        const chars = Array.from(text);
        for (const part of parts(result)) {
          assert.equal(chars.slice(part.start, part.end).join(''), part.text);
          assert.ok(part.start < part.end);
          seen += 1;
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(seen > 60, `${seen} parts`);
  });

test('When qa answers, then the code points [start, end) of the context are the answer', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer(), async (context, seed) => {
      const engine = createScriptedEngine({
        logits(output, matrix, sequence) {
          noise(seed, 3, 3)(output, matrix, sequence);
          matrix.data.fill(-9, 0, 2);
        },
      });
      const { result } = await ask(engine, { task_type: 'qa', input_text: `${context}|谁？` });
      const { answer, start, end } = result as { answer: string | null; start: number; end: number };
      if (answer !== null) assert.equal(Array.from(context).slice(start, end).join(''), answer);
      else assert.ok(engine.asked.length === 0, 'null only without tokens');
    }),
    { numRuns: 60 },
  );
});
