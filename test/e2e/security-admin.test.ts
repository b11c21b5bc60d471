import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { spawnService } from './service.ts';
import { until } from './until.ts';

const TOKEN = 'a-token-for-prometheus';

/** Starts the service with these settings; it must refuse with exit code 78 and one sentence, which is returned. */
async function refusal(t: TestContext, env: Record<string, string>): Promise<string> {
  const service = await spawnService({ env });
  t.after(() => service.stop());
  assert.deepEqual(await service.exited, { code: 78, signal: null });
  const sentences = service.logs().filter(({ text }) => text !== undefined);
  assert.equal(sentences.length, 1, JSON.stringify(sentences));
  return String(sentences[0]?.text);
}

/** Status of a GET whose Host header is `host`, which fetch does not let anybody choose. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('When the metrics port is opened to others without a token, then the start is refused', async (t) => {
  assert.match(
    await refusal(t, { GTE_METRICS_HOST: '0.0.0.0' }),
    /GTE_METRICS_HOST=0\.0\.0\.0 .* GTE_METRICS_TOKEN/,
  );
});

test('When the key file is missing or wrong, then the start is refused and file and line named', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'gte-keys-'));
  t.after(() => rm(dir, { recursive: true }));
  const file = join(dir, 'keys');
  assert.match(
    await refusal(t, { GTE_API_KEYS_FILE: file }),
    /GTE_API_KEYS_FILE .*keys: it can't be read \(ENOENT\)/,
  );
  await writeFile(file, '# nobody yet\n');
  assert.match(await refusal(t, { GTE_API_KEYS_FILE: file }), /keys: it holds no key/);
  await writeFile(file, '\nshop 1234\n');
  assert.match(await refusal(t, { GTE_API_KEYS_FILE: file }), /keys: line 2: the key's SHA-256/);
});

test('When a page’s name was made to point to this machine, then the admin port does not answer it', async (t) => {
  const { metricsUrl, stop } = await spawnService();
  t.after(stop);
  await until(
    'the port answers',
    async () => (await fetch(`${metricsUrl}/metrics`).catch(() => undefined))?.ok,
  );
  for (const path of ['/metrics', '/workers', '/reload', '/nothing'])
    assert.equal(await statusFor(metricsUrl + path, 'rebound.example:9090'), 403, path);
  assert.equal(await statusFor(`${metricsUrl}/metrics`, 'localhost:9090'), 200);
});

test('When the metrics port has a token, then it demands it of everything but /healthz, and no log shows it', async (t) => {
  const { metricsUrl, stop, logs } = await spawnService({ env: { GTE_METRICS_TOKEN: TOKEN } });
  t.after(stop);
  const status = async (path: string, authorization?: string) =>
    (await fetch(metricsUrl + path, { headers: { ...(authorization && { authorization }) } })).status;
  await until('the port answers', () => status('/metrics').catch(() => 0));
  await until('it is ready', async () => (await status('/healthz')) === 200);
  for (const path of ['/metrics', '/workers', '/reload', '/nothing'])
    assert.equal(await status(path), 401, path);
  assert.equal(await status('/metrics', `Bearer ${TOKEN}x`), 401);
  assert.equal(await status('/metrics', `Bearer ${TOKEN}`), 200);
  assert.equal(await status('/workers', `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`), 200);
  assert.ok(!JSON.stringify(logs()).includes(TOKEN));
});

test('When the metrics port is none of loopback and has a token, then workers start without knowing the token', async (t) => {
  const { metricsUrl, stop } = await spawnService({
    // This machine alone, by a name that the service can't know to be that.
    env: { GTE_METRICS_HOST: '127.1', GTE_METRICS_TOKEN: TOKEN },
  });
  t.after(stop);
  await until(
    'it is ready',
    async () => (await fetch(`${metricsUrl}/healthz`).catch(() => undefined))?.status === 200,
  );
  const answer = await fetch(`${metricsUrl}/workers`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const { workers } = (await answer.json()) as { workers: { pid: number }[] };
  assert.equal(workers.length, 1);
  for (const { pid } of workers) assert.ok(!(await readFile(`/proc/${pid}/environ`, 'utf8')).includes(TOKEN));
});

test('When the public port is asked for what the admin port has, then there is no such path', async (t) => {
  const { url, stop } = await spawnService();
  t.after(stop);
  await until('the API answers', async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok);
  for (const path of ['/metrics', '/workers', '/reload', '/board'])
    assert.equal((await fetch(url + path)).status, 404, path);
});
