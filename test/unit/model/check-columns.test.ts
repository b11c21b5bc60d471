import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartError } from '../../../src/errors.ts';
import { checkColumns, type GraphColumns } from '../../../src/model/manifest/check-columns.ts';
import { starterColumns, starterManifest } from '../../model/starter.ts';

const starter: GraphColumns = starterColumns;

test('When the graphs give what the heads need, then the manifest is accepted', () => {
  checkColumns('m', starterManifest, starter);
});

test('When a graph leaves a dimension open, then it is not compared', () => {
  checkColumns('m', starterManifest, { ...starter, encoder: { sentence_embedding: undefined } });
});

test('When a list of labels does not fit its output, then the error names the field and both numbers', () => {
  const manifest = structuredClone(starterManifest);
  manifest.extractor?.heads.relation?.predicates.pop();
  assert.throws(() => checkColumns('m', manifest, starter), {
    name: StartError.name,
    message:
      'wrong model manifest m/manifest.json: extractor.heads.relation.predicates: needs 188 columns, but the output "relation" of extractor.onnx has 192',
  });
});

test('When a graph lacks an output, then the error names the field and the file', () => {
  assert.throws(
    () => checkColumns('m', starterManifest, { ...starter, encoder: { last_hidden_state: 512 } }),
    /encoder\.dimensions: encoder\.onnx has no output "sentence_embedding"/,
  );
});
