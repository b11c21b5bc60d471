import { sigmoid } from '../model/decode/sigmoid.ts';
import type { GoldenRow } from '../model/manifest/golden.ts';
import type { Manifest } from '../model/manifest.ts';

/** The request body that asks what a golden row was asked. */
export function bodyOf(row: GoldenRow): Record<string, unknown> {
  const task_type = row.task;
  switch (row.task) {
    case 'ner':
      return { task_type, input_text: row.text, scheme: row.scheme };
    case 'classification':
      return 'labels' in row
        ? { task_type, input_text: row.text, labels: row.labels }
        : { task_type, input_text: row.text, scheme: row.head };
    case 'qa':
      return { task_type, context: row.context, question: row.question };
    case 'similarity':
      return { task_type, text_a: row.texts[0], text_b: row.texts[1] };
    default:
      return { task_type, input_text: row.text };
  }
}

/** The part of a result that a golden row knows. */
export function expectedOf(row: GoldenRow, manifest: Manifest): unknown {
  switch (row.task) {
    case 'sentiment':
    case 'classification': {
      const [label] = Object.entries(row.answer).reduce((a, b) => (b[1] > a[1] ? b : a));
      return { label, scores: row.answer };
    }
    case 'qa': {
      if (!row.answer) return { answer: null, start: null, end: null };
      const { start, end, margin } = row.answer;
      const score = sigmoid(margin);
      if (margin < (manifest.extractor?.heads.qa?.null_margin ?? 0)) return { answer: null, score };
      const answer = Array.from(row.context).slice(start, end).join('');
      return { answer, start, end, score };
    }
    case 'similarity':
      return { score: row.answer };
    case 'embedding':
      return { embedding: row.first16 };
    default:
      return row.answer;
  }
}
