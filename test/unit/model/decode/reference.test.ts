// decode.jsonl: random inputs, in steps of 1/4 so that ties happen, with what the reference (Python) makes of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestAnswer } from '../../../../src/model/decode/best-answer.ts';
import { bioSpans } from '../../../../src/model/decode/bio-spans.ts';
import { events } from '../../../../src/model/decode/events.ts';
import { merged } from '../../../../src/model/decode/merged.ts';
import { pointerSpans } from '../../../../src/model/decode/pointer-spans.ts';
import type { TokenSpan } from '../../../../src/model/decode/span.ts';
import { triples } from '../../../../src/model/decode/triples.ts';
import { unquoted } from '../../../../src/model/decode/unquoted.ts';
import { windows } from '../../../../src/model/decode/windows.ts';
import type { EventHead, QaHead, RelationHead } from '../../../../src/model/manifest/heads.ts';
import { difference } from '../../../../src/tasks/difference.ts';
import { flat } from '../../../model/matrix.ts';
import { fixtureRows } from '../../../model/starter.ts';

// biome-ignore lint/suspicious/noExplicitAny: each kind of row has fields of its own
type Row = any;

const maxTokens = 40;
const tags = ['O', 'B-a', 'I-a', 'B-b', 'I-b', 'B-c', 'I-c'];
const relationHead: RelationHead = {
  output: '',
  window_tokens: 64,
  order: ['subject_start', 'subject_end', 'object_start', 'object_end'],
  predicates: ['p', 'q', 'r'],
  pair: { query: '', key: '', size: 9, scale: 1 / 8 },
};
const eventHead: EventHead = {
  window_tokens: 64,
  trigger: '',
  role: '',
  order: ['start', 'end'],
  types: ['t1', 't2', 't3'],
  roles: ['r1', 'r2', 'r3', 'r4'],
  roles_of: { t1: ['r1', 'r2'], t2: ['r2', 'r3', 'r4'], t3: ['r1', 'r4'] },
  sure: 0.7,
};
const qaHead = { order: ['start', 'end'], null_token: 0 } as unknown as QaHead;
const tokens = ({ first, last }: TokenSpan) => [first, last];

const decoders: Record<string, (row: Row) => unknown> = {
  bio: ({ T, logits }) =>
    bioSpans(flat(T, logits), { offset: 0, tags }).map((s) => [...tokens(s), s.type, s.score]),
  pointer: ({ T, logits }) =>
    pointerSpans(flat(T, logits), { start: 0, end: 1, maxTokens }).map((s) => [...tokens(s), s.score]),
  triples: ({ T, r, q, k }) =>
    triples({ relation: flat(T, r), query: flat(T, q), key: flat(T, k) }, relationHead, maxTokens).map(
      ({ subject, predicate, object, score }) => [tokens(subject), predicate, tokens(object), score],
    ),
  events: ({ T, t, r }) =>
    events({ trigger: flat(T, t), role: flat(T, r) }, eventHead, maxTokens).map((event) => [
      event.type,
      tokens(event.trigger),
      event.trigger.score,
      event.arguments.map((argument) => [argument.role, ...tokens(argument), argument.score]),
    ]),
  answer({ T, logits, context: [begin, end] }) {
    const best = bestAnswer(flat(T, logits), { begin, end }, qaHead, maxTokens);
    return best ? [...tokens(best), best.margin] : null;
  },
  unquoted({ text, span: [start, end] }) {
    const span = unquoted(Array.from(text), { start, end });
    return [span.start, span.end];
  },
  windows({ text, limit }) {
    const chars = Array.from<string>(text);
    const ranges = windows(
      chars,
      chars.map((_, i) => [i, i + 1]),
      limit,
    );
    return ranges.map(({ begin, end }) => [begin, end]);
  },
  merged: ({ spans }) =>
    merged(spans.map(([start, end, type, score]: Row) => ({ start, end, type, score }))).map((s) => [
      s.start,
      s.end,
      s.type,
      s.score,
    ]),
};

for (const [kind, decode] of Object.entries(decoders))
  test(`When ${kind} is decoded, then it agrees with the reference`, () => {
    const rows = fixtureRows<Row>('decode.jsonl').filter((row) => row.kind === kind);
    assert.equal(rows.length, 25);
    for (const row of rows)
      assert.equal(difference({ list: row.want }, { list: decode(row) }, 1e-5), undefined);
  });
