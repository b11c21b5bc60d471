import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';

/** The page's modules are plain JavaScript for browsers; these need no DOM. */
const load = (module: string) => import(new URL(`../../../public/page/${module}`, import.meta.url).href);
const { splitAtSpans } = await load('segments.js');
const { assignLanes } = await load('lanes.js');
const { parseServerTiming } = await load('server-timing.js');
const { curlCommand } = await load('curl-command.js');
const { coloursFor, COLOUR_COUNT } = await load('colours.js');
const { requestOf, TASKS } = await load('tasks.js');
const { EXAMPLES } = await load('examples.js');
const { zh } = await load('strings-zh.js');
const { en } = await load('strings-en.js');

interface Span {
  start: number;
  end: number;
}

const textAndSpans = fc.string({ unit: 'grapheme' }).chain((text) =>
  fc.tuple(
    fc.constant(text),
    fc.array(
      fc
        .tuple(fc.nat(Array.from(text).length), fc.nat(Array.from(text).length))
        .map(([a, b]): Span => ({ start: Math.min(a, b), end: Math.max(a, b) })),
      { maxLength: 6 },
    ),
  ),
);

describe('splitAtSpans', () => {
  it('When spans overlap anyhow, then the segments make up the text and each span is the sum of its own', () => {
    fc.assert(
      fc.property(textAndSpans, ([text, spans]) => {
        const segments = splitAtSpans(text, spans) as { text: string; spans: number[] }[];
        assert.equal(segments.map((segment) => segment.text).join(''), text);
        spans.forEach(({ start, end }, index) => {
          const own = segments.filter((segment) => segment.spans.includes(index));
          assert.equal(
            own.map((segment) => segment.text).join(''),
            Array.from(text).slice(start, end).join(''),
          );
        });
      }),
    );
  });

  it('When an emoji stands before a span, then offsets count it once', () => {
    const segments = splitAtSpans('😀在北京', [{ start: 2, end: 4 }]);
    assert.deepEqual(segments, [
      { text: '😀在', spans: [] },
      { text: '北京', spans: [0] },
    ]);
  });
});

describe('assignLanes', () => {
  it('When boxes of a line overlap, then no two of one lane do', () => {
    const box = fc
      .tuple(fc.nat(500), fc.integer({ min: 1, max: 200 }))
      .map(([left, width]) => ({ left, right: left + width }));
    fc.assert(
      fc.property(fc.array(box, { maxLength: 12 }), (boxes) => {
        const lanes = assignLanes(boxes) as number[];
        boxes.forEach((a, i) => {
          boxes.forEach((b, j) => {
            if (i < j && lanes[i] === lanes[j]) assert.ok(a.right <= b.left || b.right <= a.left);
          });
        });
      }),
    );
  });

  it('When neighbours touch, then they share a lane', () => {
    const boxes = [
      { left: 0, right: 40 },
      { left: 40, right: 80 },
      { left: 20, right: 30 },
    ];
    assert.deepEqual(assignLanes(boxes), [0, 0, 1]);
  });
});

describe('parseServerTiming', () => {
  it('When stages come in any order with others between, then the known ones are read in running order', () => {
    const header = 'decode;dur=0.22, cache;desc="hit", infer;desc=x;dur=8.2, tokenize;dur=0.31';
    assert.deepEqual(parseServerTiming(header), [
      { stage: 'tokenize', ms: 0.31 },
      { stage: 'infer', ms: 8.2 },
      { stage: 'decode', ms: 0.22 },
    ]);
  });

  it('When there is no header or no number, then there are no stages', () => {
    assert.deepEqual(parseServerTiming(null), []);
    assert.deepEqual(parseServerTiming('infer, decode;dur=fast'), []);
  });
});

describe('curlCommand', () => {
  it('When the text holds quotes, dollars and line breaks, then a shell reads the very same request', () => {
    const request = { task_type: 'ner', input_text: `it's "$HOME" \`id\` \\n \n!! ；😀 \u0000` };
    const command = curlCommand('http://127.0.0.1:5000/predict', request);
    const script = `curl() { printf '%s\\n' "$2" "$6"; }\n${command}`;
    const [url, body] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    assert.equal(url, 'http://127.0.0.1:5000/predict');
    assert.deepEqual(JSON.parse(body ?? ''), request);
  });
});

describe('coloursFor', () => {
  it('When types are known and unknown, then no colour is used twice while there are any left', () => {
    const types = ['person', 'x1', 'location', 'x2', 'x3', 'time', 'x4', 'x5', 'x6', 'x7'];
    const colour = coloursFor(types);
    assert.equal(types.length, COLOUR_COUNT);
    assert.equal(new Set(types.map(colour)).size, COLOUR_COUNT);
    assert.equal(colour('person'), coloursFor(['PER'])('PER'));
  });

  it('When there are more types than colours, then each still has one', () => {
    const types = Array.from({ length: 25 }, (_, i) => `type-${i}`);
    for (const type of types) assert.match(coloursFor(types)(type), /^colour-\d$/);
  });
});

describe('requestOf', () => {
  const task = (type: string) => TASKS.find((candidate: { type: string }) => candidate.type === type);

  it('When labels of one’s own are chosen, then they are split and no scheme is sent', () => {
    const values = { input_text: '文', scheme: 'custom', labels: ' 物流， 售后、,咨询\n其他;' };
    assert.deepEqual(requestOf(task('classification'), values), {
      task_type: 'classification',
      input_text: '文',
      labels: ['物流', '售后', '咨询', '其他'],
    });
  });

  it('When a field was never filled, then it is sent empty for the service to judge', () => {
    assert.deepEqual(requestOf(task('qa'), {}), { task_type: 'qa', context: '', question: '' });
  });
});

describe('The page’s texts', () => {
  const keys = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => keys(inner, `${path}.${key}`))
      : [path];

  it('When a text is in one language, then it is in the other; label names may fall back on the label', () => {
    const own = (strings: object) => keys(strings).filter((key) => !key.startsWith('.labels.'));
    assert.deepEqual(own(en), own(zh));
  });

  it('When a task is offered, then it has a name, several examples, and a name for each example’s domain', () => {
    for (const { type, fields } of TASKS) {
      assert.ok(zh.tasks[type].name && en.tasks[type].name);
      assert.ok(EXAMPLES[type].length >= 3, type);
      for (const { domain, values } of EXAMPLES[type]) {
        assert.ok(zh.domains[domain] && en.domains[domain], domain);
        for (const { name } of fields) assert.ok(values[name], `${type} ${domain} ${name}`);
      }
    }
  });
});
