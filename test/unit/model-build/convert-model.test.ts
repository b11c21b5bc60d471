import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Conversion, convertModel } from '../../../src/model/build/convert-model.ts';
import { measureGraph } from '../../../src/model/build/measure/measure-graph.ts';
import type { BuildProgress } from '../../../src/model/build/progress.ts';
import { qualityTable } from '../../../src/model/build/quality.ts';
import { readSourceModel } from '../../../src/model/build/source-model.ts';
import { loadManifest, verifyFiles } from '../../../src/model/manifest.ts';
import { ModelError } from '../../../src/model/model-error.ts';
import { expectedBatches } from './build-tiny.ts';
import { tinyFolder } from './tiny-folder.ts';
import { graphPath, writeTokenGraph } from './write-token-graph.ts';

describe('convertModel', () => {
  let models: string;
  let tiny: Awaited<ReturnType<typeof tinyFolder>>;
  before(async () => {
    models = await mkdtemp(join(tmpdir(), 'models-'));
    tiny = await tinyFolder('cls-f32');
  });
  after(async () => {
    await rm(models, { recursive: true });
    await tiny.remove();
  });

  const convert = async (dir: string, more: Partial<Conversion> = {}) =>
    convertModel({
      source: await readSourceModel(dir, {}),
      origin: { id: 'somebody/tiny', revision: '0123456789abcdef' },
      name: 'tiny',
      int8: false,
      staging: join(models, '.work'),
      target: join(models, 'tiny'),
      replaced: join(models, '.replaced'),
      ...more,
    });

  it('When a model is converted, then its folder is complete and its manifest proves every file', async () => {
    const { manifest } = await convert(tiny.dir);
    const target = join(models, 'tiny');
    assert.deepEqual((await readdir(target)).sort(), [
      'MODEL_CARD.md',
      'manifest.json',
      'model.onnx',
      'model.onnx.data',
      'tokenizer.json',
    ]);
    const loaded = await loadManifest(target);
    assert.deepEqual(loaded, manifest);
    await verifyFiles(target, loaded);
    assert.equal(loaded.license, 'mit');
    assert.equal(loaded.version, '0123456789ab');
    assert.deepEqual(
      { ...loaded.encoder, sha256: '', data: '' },
      {
        file: 'model.onnx',
        sha256: '',
        data: '',
        precision: 'fp32',
        output: 'sentence_embedding',
        dimensions: 32,
        normalized: true,
        base: 'somebody/tiny @ 0123456789abcdef',
      },
    );
    assert.equal(loaded.tokenizer.max_tokens, 64);
    assert.ok(loaded.golden.rows.length >= 8);
    assert.equal(loaded.golden.score_tolerance, 0.005);
  });

  it('When the weights beside a graph change, then verifyFiles names them', async () => {
    await convert(tiny.dir);
    const target = join(models, 'tiny');
    const path = join(target, 'model.onnx.data');
    const data = await readFile(path);
    data[5000] = (data[5000] as number) ^ 1;
    await writeFile(path, data);
    await assert.rejects(
      loadManifest(target).then((m) => verifyFiles(target, m)),
      /model\.onnx\.data is damaged/,
    );
  });

  it('When int8 is asked for, then both are measured, the card has the table, golden answers are those of fp32', async () => {
    const exact = await convert(tiny.dir);
    const progress: BuildProgress[] = [];
    const small = await convert(tiny.dir, { int8: true, onProgress: (p) => progress.push(p) });
    assert.equal(small.manifest.encoder?.precision, 'int8');
    assert.equal(small.manifest.version, '0123456789ab-int8');
    assert.deepEqual(small.manifest.golden.rows, exact.manifest.golden.rows);
    assert.ok(small.manifest.golden.score_tolerance > 0.005);
    assert.ok(small.quality);
    assert.equal(small.quality.texts, 200);
    assert.ok(small.quality.agreement.cosineMean > 0.99);
    assert.equal(small.quality.warning, undefined);
    assert.ok(
      (await readFile(join(models, 'tiny', 'MODEL_CARD.md'), 'utf8')).includes(qualityTable(small.quality)),
    );
    assert.deepEqual(
      [...new Set(progress.map((p) => ('precision' in p ? `${p.stage} ${p.precision}` : p.stage)))],
      ['build fp32', 'measure fp32', 'build int8', 'measure int8', 'publish'],
    );
  });

  it('When a weight is damaged, then nothing appears and the old folder stays', async () => {
    await convert(tiny.dir);
    const spoilt = await tinyFolder('cls-f32');
    const weights = join(spoilt.dir, 'model.safetensors');
    const bytes = await readFile(weights);
    bytes.writeFloatLE(Number.NaN, 8 + Number(bytes.readBigUInt64LE()));
    await writeFile(weights, bytes);
    const before = await readFile(join(models, 'tiny', 'manifest.json'), 'utf8');
    await assert.rejects(convert(spoilt.dir), /NaN or infinity/);
    assert.deepEqual(await readdir(models), ['tiny']);
    assert.equal(await readFile(join(models, 'tiny', 'manifest.json'), 'utf8'), before);
    await spoilt.remove();
  });

  for (const stage of ['build', 'measure'])
    it(`When it is interrupted at the ${stage} stage, then it ends and nothing appears`, async () => {
      const stop = new AbortController();
      const before = await readdir(models);
      await assert.rejects(
        convert(tiny.dir, {
          target: join(models, 'interrupted'),
          signal: stop.signal,
          onProgress: (progress) => {
            if (progress.stage === stage) stop.abort();
          },
        }),
        { name: 'AbortError' },
      );
      assert.deepEqual(await readdir(models), before);
    });

  it('When the disk has too little room, then nothing is built and both figures are named', async () => {
    await assert.rejects(
      convert(tiny.dir, { free: async () => 1000 }),
      /building needs 0\.00 GB in .*, but only 0\.00 GB are free/,
    );
  });

  describe('ready graphs', () => {
    const withGraph = async (model: string, keepModules: boolean) => {
      const folder = await tinyFolder(model);
      await mkdir(join(folder.dir, 'onnx'));
      await writeTokenGraph(folder.dir, graphPath(folder.dir));
      for (const file of await readdir(folder.dir))
        if (/safetensors|\.bin$/.test(file) || (!keepModules && file === 'modules.json'))
          await unlink(join(folder.dir, file));
      return folder;
    };

    for (const model of ['cls-f32', 'mean-f16-sharded'])
      it(`When ${model} is there as onnx/model.onnx only, then pooling is put behind it`, async () => {
        const folder = await withGraph(model, true);
        const { manifest } = await convert(folder.dir);
        assert.ok(manifest.encoder?.data?.file === 'model.onnx_data');
        const [, second] = await expectedBatches(model);
        const { vectors } = await measureGraph(
          join(models, 'tiny', 'model.onnx'),
          'sentence_embedding',
          second?.input_ids ?? [],
        );
        second?.sentence_embedding[0]?.forEach((value, i) => {
          assert.ok(Math.abs(value - (vectors[0]?.[i] ?? Number.NaN)) < 1e-5);
        });
        await folder.remove();
      });

    it('When it does not say how it pools, then it is refused', async () => {
      const folder = await withGraph('cls-f32', false);
      await assert.rejects(convert(folder.dir), /does not say how it pools.*--pooling cls\|mean/);
      await folder.remove();
    });

    it('When int8 is asked of it, then it says that weights are needed', async () => {
      const folder = await withGraph('cls-f32', true);
      await assert.rejects(
        convert(folder.dir, { int8: true }),
        (e) => e instanceof ModelError && /no weights/.test(e.message),
      );
      await folder.remove();
    });
  });
});
