import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { StartError } from '../../../src/errors.ts';
import { type Manifest, verifyFiles } from '../../../src/model/manifest.ts';
import { starterDir, starterManifest } from '../../model/starter.ts';

describe('verifyFiles', () => {
  let dir: string;
  let manifest: Manifest;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'model-'));
    manifest = structuredClone(starterManifest);
    for (const part of ['tokenizer', 'extractor', 'encoder'] as const) {
      const named = manifest[part];
      assert.ok(named);
      await writeFile(join(dir, named.file), `the ${part}`);
      named.sha256 = createHash('sha256').update(`the ${part}`).digest('hex');
    }
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('When every file holds what the manifest says, then it is accepted', async () => {
    await verifyFiles(dir, manifest);
  });

  test('When the starter is verified as it ships, then it is accepted', async () => {
    await verifyFiles(starterDir, starterManifest);
  });

  test('When one byte of a file differs, then the error names the file', async () => {
    await writeFile(join(dir, 'encoder.onnx'), 'the encodes');
    await assert.rejects(verifyFiles(dir, manifest), (error: Error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, /encoder\.onnx is damaged or another version: .*encoder\.sha256/);
      return true;
    });
  });

  test('When a file is missing, then the error names it', async () => {
    await rm(join(dir, 'extractor.onnx'));
    await assert.rejects(verifyFiles(dir, manifest), /extractor\.onnx can't be read \(ENOENT\)/);
  });
});
