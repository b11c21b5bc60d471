import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createKey } from '../../src/auth/new-key.ts';
import { askSlot, beginAtSlot } from './ask-slot.ts';
import { metricSum, root, type Service, startService } from './service.ts';
import { until } from './until.ts';

const RATE = 5;
const free = createKey('free');
const rated = createKey('rated');
const single = createKey('single');
const disabled = createKey('disabled');
const lines = [
  free.line,
  `${rated.line} rate=${RATE}/s`,
  `${single.line} concurrency=1`,
  `${disabled.line} disabled`,
];

let service: Service;
let dir: string;
let file: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gte-keys-'));
  file = join(dir, 'keys');
  await writeFile(file, `# who may call\n${lines.join('\n')}\n`);
  service = await startService({ workers: 2, env: { GTE_API_KEYS_FILE: file } });
});
after(async () => {
  await service.stop();
  await rm(dir, { recursive: true });
});

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const ask = (slot: number, headers: Record<string, string> = {}) =>
  askSlot({ runDir: service.runDir, slot, headers });

test('When a request has no key or an unknown one, then 401 says how to send one, without a hint', async () => {
  const { headers, status, json } = await ask(0);
  assert.equal(status, 401);
  assert.equal(headers['www-authenticate'], 'Bearer realm="gte-serve"');
  assert.equal(json.code, 'unauthorized');
  for (const given of [
    bearer(`${free.key}x`),
    { 'X-API-Key': 'free' },
    { Authorization: `Basic ${free.key}` },
  ])
    assert.equal((await ask(0, given)).status, 401, JSON.stringify(given));
  const both = { ...bearer(free.key), 'X-API-Key': rated.key };
  assert.equal((await ask(0, both)).status, 401, 'two keys');
  assert.equal((await fetch(`${service.url}/info?key=${free.key}`)).status, 401);
});

test('When a request has a known key in either header, then it is answered', async () => {
  assert.equal((await ask(0, bearer(free.key))).status, 200);
  assert.equal((await ask(1, { 'X-API-Key': free.key })).status, 200);
  assert.equal((await ask(1, { ...bearer(free.key), 'X-API-Key': free.key })).status, 200);
  assert.equal((await fetch(`${service.url}/info`, { headers: bearer(free.key) })).status, 200);
});

test('When the start script looks at a service that wants keys, then it says so and is content', async () => {
  const { hostname, port } = new URL(service.url);
  const env = { PATH: process.env.PATH, GTE_HOST: hostname, GTE_PORT: port };
  const { stdout } = await promisify(execFile)(process.execPath, ['ops/check-service.js'], {
    cwd: root,
    env,
  });
  assert.match(stdout, /it wants an API key/);
});

test('When a key is disabled, then 403 says so', async () => {
  const { status, json } = await ask(1, bearer(disabled.key));
  assert.equal(status, 403);
  assert.equal(json.code, 'forbidden');
});

test('When probes and people look without a key, then health, page and documents are open', async () => {
  for (const path of ['/healthz', '/readyz', '/', '/docs', '/openapi.json'])
    assert.equal((await fetch(service.url + path)).status, 200, path);
  const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
    paths: Record<string, { post?: { security: unknown; responses: object } }>;
  };
  assert.deepEqual(document.paths['/predict']?.post?.security, [{ bearer: [] }, { header: [] }]);
  assert.ok('401' in (document.paths['/predict']?.post?.responses ?? {}));
});

test('When a key floods both workers, then what both admit stays within its one budget', async () => {
  const startedAt = performance.now();
  let admitted = 0;
  const refusals = new Set<string>();
  const client = async (slot: number) => {
    while (admitted < 3 * RATE || refusals.size === 0) {
      const { status, headers, json } = await ask(slot, bearer(rated.key));
      if (status === 200) admitted += 1;
      else refusals.add(`${status} ${json.code} ${headers['retry-after']} ${headers['x-task-status']}`);
    }
  };
  await Promise.all([client(0), client(0), client(1), client(1)]);
  const seconds = (performance.now() - startedAt) / 1000;
  assert.ok(admitted <= RATE + RATE * seconds, `${admitted} in ${seconds} s`);
  assert.deepEqual([...refusals], ['429 rate_limited 1 invalid']);
});

/** A request with the key of one place that worker 0 has admitted; it ends when `finish` sends its body. */
async function occupyPlace() {
  for (;;) {
    await until('worker 0 has the place', async () => (await ask(0, bearer(single.key))).status === 200);
    const running = beginAtSlot({ runDir: service.runDir, slot: 0, headers: bearer(single.key) });
    let over = false;
    const ended = () => {
      over = true;
    };
    running.answer.then(ended, ended);
    await until('decided', async () => over || (await ask(1, bearer(single.key))).status === 429);
    if (!over) return running;
    running.finish(); // refused, because worker 1 had asked for the place meanwhile
  }
}

test('When the only place of a key is taken at one worker, then the other refuses until it is free', async () => {
  const running = await occupyPlace();
  const { status, json } = await ask(1, bearer(single.key));
  assert.equal(status, 429);
  assert.equal(json.code, 'rate_limited');
  running.finish();
  assert.equal((await running.answer).status, 200);
  await until('the place is free', async () => (await ask(1, bearer(single.key))).status === 200);
});

test('When a worker dies with the only place of a key, then another worker has it', async () => {
  await occupyPlace();
  const [first] = (await service.workers()).filter(({ slot }) => slot === 0);
  process.kill(first?.pid ?? Number.NaN, 'SIGKILL');
  await until('the place is free', async () => (await ask(1, bearer(single.key))).status === 200);
  const served = () =>
    ask(0, bearer(free.key)).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until('the slot is served again', served);
});

test('When requests come with keys and without, then each is counted by name, unknown ones as none', async () => {
  const of = (key: string, status: string) =>
    metricSum(service.metricsUrl, 'gte_key_requests_total', { key, status });
  await ask(1, bearer('secret-guess'));
  await until(
    'counted',
    async () => (await of('none', 'unauthorized')) > 0 && (await of('disabled', 'forbidden')) > 0,
  );
  assert.ok((await of('free', 'admitted')) > 0);
  assert.ok((await of('rated', 'rate')) > 0);
  assert.ok((await of('single', 'concurrency')) > 0);
  const text = await (await fetch(`${service.metricsUrl}/metrics`)).text();
  assert.doesNotMatch(text, /secret-guess/);
  const names = [...text.matchAll(/gte_key_requests_total\{key="([^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(names)].sort(), ['disabled', 'free', 'none', 'rated', 'single']);
});

test('When the key file changes, then new keys are known and removed ones are not, without a restart', async () => {
  const late = createKey('late');
  await writeFile(`${file}.new`, `${lines.slice(1).join('\n')}\n${late.line}\n`);
  await rename(`${file}.new`, file);
  await until('the new key is known', async () => (await ask(0, bearer(late.key))).status === 200);
  await until('the removed key is not', async () => (await ask(1, bearer(free.key))).status === 401);
  await writeFile(file, `${lines.join('\n')}\n`);
  await until('the key is back', async () => (await ask(1, bearer(free.key))).status === 200);
});

test('When the changed file is wrong, then one line says where and the keys stay', async () => {
  await appendFile(file, 'broken line\n');
  const fault = await until('the fault is logged', () =>
    service.logs().find(({ msg }) => msg === 'API keys not changed: the key file is wrong'),
  );
  assert.match(String(fault.reason), /line 5: the key's SHA-256/);
  assert.equal((await ask(0, bearer(free.key))).status, 200);
});

test('When requests were made with keys, then the log names the keys’ owners and never a key', () => {
  const lines = service.logs().filter(({ msg }) => msg === 'request');
  assert.ok(lines.some(({ key, code }) => key === 'rated' && code === 429));
  const log = JSON.stringify(service.logs());
  for (const { key } of [free, rated, single, disabled]) assert.ok(!log.includes(key.slice(4)));
});
