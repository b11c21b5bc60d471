import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort, root, spawnService } from './service.ts';

/** Starts the service with these settings; it must refuse with exit code 78 and one sentence, which is returned. */
async function refusal(t: TestContext, env: Record<string, string>): Promise<string> {
  const service = await spawnService({ env });
  t.after(() => service.stop());
  assert.deepEqual(await service.exited, { code: 78, signal: null });
  const sentences = service.logs().filter(({ text }) => text !== undefined);
  assert.equal(sentences.length, 1, JSON.stringify(sentences));
  return String(sentences[0]?.text);
}

async function takenPort(t: TestContext): Promise<number> {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return port;
}

async function modelCopy(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gte-model-'));
  t.after(() => rm(dir, { recursive: true }));
  await cp(join(root, 'models/starter'), dir, { recursive: true });
  return dir;
}

test('When a setting is wrong, then the start is refused and the setting named', async (t) => {
  assert.match(await refusal(t, { GTE_WORKERS: 'many' }), /GTE_WORKERS=many/);
  assert.match(await refusal(t, { GTE_PROT: '5000' }), /unknown setting GTE_PROT/);
});

test('When the port is taken, then the start is refused and the port named', async (t) => {
  const port = await takenPort(t);
  assert.match(
    await refusal(t, { GTE_PORT: String(port) }),
    new RegExp(`port ${port} on 127.0.0.1 is taken`),
  );
});

test('When the metrics port is taken, then the start is refused and the port named', async (t) => {
  const port = await takenPort(t);
  assert.match(
    await refusal(t, { GTE_METRICS_PORT: String(port) }),
    new RegExp(`metrics port ${port} on 127.0.0.1 is taken`),
  );
});

test('When the model folder is missing, then the start is refused and the folder named', async (t) => {
  assert.match(await refusal(t, { GTE_MODEL_DIR: '/nowhere' }), /\/nowhere\/manifest\.json/);
});

test('When a byte of a graph is flipped, then the start is refused and the file named', async (t) => {
  const dir = await modelCopy(t);
  const path = join(dir, 'extractor.onnx');
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
  assert.match(await refusal(t, { GTE_MODEL_DIR: dir }), /extractor\.onnx is damaged/);
});

test('When a graph is cut short, then the start is refused and the file named', async (t) => {
  const dir = await modelCopy(t);
  const path = join(dir, 'encoder.onnx');
  await writeFile(path, (await readFile(path)).subarray(0, 1_000_000));
  assert.match(await refusal(t, { GTE_MODEL_DIR: dir }), /encoder\.onnx is damaged/);
});

test("When the tokenizer is another model's, its hash too, then the golden rows refuse the start", async (t) => {
  const dir = await modelCopy(t);
  const path = join(dir, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(path, 'utf8'));
  const words = Object.keys(tokenizer.model.vocab);
  const rotated = words.map((word, i) => [word, i < 1000 ? i : 1000 + ((i + 500) % (words.length - 1000))]);
  tokenizer.model.vocab = Object.fromEntries(rotated);
  const content = JSON.stringify(tokenizer);
  await writeFile(path, content);
  const { createHash } = await import('node:crypto');
  const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
  manifest.tokenizer.sha256 = createHash('sha256').update(content).digest('hex');
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
  assert.match(await refusal(t, { GTE_MODEL_DIR: dir }), /answers otherwise than its manifest promises/);
});
