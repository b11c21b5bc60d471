import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExposition } from '../../metrics/parse-exposition.ts';

const wrong: Record<string, string> = {
  'a family stands twice': '# TYPE a gauge\na 1\n# TYPE a gauge\na{b="c"} 1\n# EOF\n',
  'a series stands twice': '# TYPE a gauge\na{b="c"} 1\na{b="c"} 2\n# EOF\n',
  'a series stands twice, its labels in another order':
    '# TYPE a gauge\na{b="c",d="e"} 1\na{d="e",b="c"} 2\n# EOF\n',
  'a sample is of another family': '# TYPE a gauge\nb 1\n# EOF\n',
  'a counter lacks _total': '# TYPE a counter\na 1\n# EOF\n',
  'a label value is not escaped': '# TYPE a gauge\na{b="c"d"} 1\n# EOF\n',
  'the end is missing': '# TYPE a gauge\na 1\n',
  'buckets descend':
    '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n',
  'the last bucket is not the count':
    '# TYPE a histogram\na_bucket{b="c",le="+Inf"} 1\na_sum{b="c"} 1\na_count{b="c"} 2\n# EOF\n',
};

for (const [what, body] of Object.entries(wrong)) {
  test(`When ${what}, then the body is refused`, () => {
    assert.throws(() => parseExposition(body, 'openmetrics'));
  });
}

test('When label values hold every special character, then they come back as they were', () => {
  const { samples } = parseExposition(
    '# TYPE a gauge\na{b="x\\"\\\\\\ny,c=\\"",d="}"} Nan\n# EOF\n',
    'openmetrics',
  );
  const [{ name, labels, value } = assert.fail()] = samples;
  assert.deepEqual([name, labels, value], ['a', { b: 'x"\\\ny,c="', d: '}' }, Number.NaN]);
});
