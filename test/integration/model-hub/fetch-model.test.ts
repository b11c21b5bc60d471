import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FetchOptions, fetchModel } from '../../../src/model/hub/fetch-model.ts';
import { parseSource } from '../../../src/model/hub/parse-source.ts';
import type { TransferProgress } from '../../../src/model/hub/progress-meter.ts';
import { ModelError } from '../../../src/model/model-error.ts';
import { COMMIT, listen, type StandIn, type StandInOptions, sha256, startStandIn } from './stand-in-hub.ts';

const MB = 1 << 20;

const repository = (weights = randomBytes(300_000)) => ({
  '.gitattributes': Buffer.from('*.bin filter=lfs'),
  'README.md': Buffer.from('# card'),
  'config.json': Buffer.from('{"model_type": "bert"}'),
  'modules.json': Buffer.from('[]'),
  '1_Pooling/config.json': Buffer.from('{"pooling_mode_cls_token": true}'),
  'vocab.txt': Buffer.from('[PAD]\n'),
  'model.safetensors': weights,
  'pytorch_model.bin': randomBytes(1000),
  'tf_model.h5': randomBytes(1000),
});
const WANTED = [
  '1_Pooling/config.json',
  'README.md',
  'config.json',
  'model.safetensors',
  'modules.json',
  'vocab.txt',
];

describe('fetchModel', () => {
  let downloads: string;
  let hub: StandIn;
  beforeEach(async () => {
    downloads = await mkdtemp(join(tmpdir(), 'downloads-'));
  });
  afterEach(async () => {
    await hub?.close();
    await rm(downloads, { recursive: true });
  });

  const start = async (options: Partial<StandInOptions> = {}) => {
    hub = await startStandIn({ files: repository(), ...options });
  };
  const fetch = async (source = 'org/tiny', more: Partial<FetchOptions> = {}) => {
    const fetched = await hold(source, more);
    await fetched.release();
    return fetched;
  };
  const hold = (source: string, more: Partial<FetchOptions> = {}) =>
    fetchModel({
      source: parseSource(source) as FetchOptions['source'],
      downloads,
      settings: {
        huggingFace: { endpoint: hub.url, token: 'hf_secret' },
        modelScope: { endpoint: hub.url, token: 'ms_secret' },
      },
      signal: new AbortController().signal,
      retryMs: 1,
      ...more,
    });
  const filesIn = async (dir: string) => {
    const found = await readdir(dir, { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
      .sort();
  };

  for (const source of ['org/tiny', 'modelscope:org/tiny'])
    it(`When ${source} is fetched, then the needed files are there, byte for byte, and no others`, async () => {
      const files = repository(randomBytes(3 * MB));
      await start({ files });
      const progress: TransferProgress[] = [];
      const fetched = await fetch(source, { segmentBytes: MB, onProgress: (p) => progress.push(p) });
      assert.deepEqual(await filesIn(fetched.dir), WANTED);
      for (const name of WANTED)
        assert.ok((await readFile(join(fetched.dir, name))).equals(files[name as keyof typeof files]), name);
      assert.equal(fetched.revision, source.startsWith('m') ? 'master' : COMMIT);
      const last = progress.at(-1);
      assert.equal(last?.bytes, fetched.bytes);
      assert.equal(last?.totalBytes, fetched.bytes);
      const ranges = hub.seen.storage.map(({ range }) => range).sort();
      assert.deepEqual(
        ranges,
        [`bytes=0-${MB - 1}`, `bytes=${2 * MB}-${3 * MB - 1}`, `bytes=${MB}-${2 * MB - 1}`].sort(),
      );
    });

  it('When the hub redirects to a storage elsewhere, then the token stays with the hub', async () => {
    await start();
    await fetch('org/tiny');
    await fetch('modelscope:org/tiny');
    assert.ok(hub.seen.hub.every(({ authorization }) => /^Bearer (hf|ms)_secret$/.test(authorization ?? '')));
    assert.ok(hub.seen.storage.length >= 2);
    assert.deepEqual(
      hub.seen.storage.flatMap(({ authorization, cookie }) => [authorization, cookie]).filter(Boolean),
      [],
    );
  });

  it('When it is fetched again, then nothing but the list is asked for', async () => {
    await start();
    await fetch();
    const before = hub.seen.hub.length;
    await fetch();
    assert.equal(hub.seen.hub.length, before + 1);
  });

  it('When connections break in the middle, then each goes on where it was', async () => {
    let broken = 0;
    await start({
      files: repository(randomBytes(2 * MB)),
      storage(_, res, content, from) {
        if (broken >= 4) return false;
        broken += 1;
        res.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
        res.write(content.subarray(from, from + 100_000), () => res.destroy());
        return true;
      },
    });
    const { dir } = await fetch('org/tiny', { segmentBytes: 4 * MB });
    assert.deepEqual(await filesIn(dir), WANTED);
    assert.equal(broken, 4);
    const starts = hub.seen.storage.map(({ range }) => Number(/\d+/.exec(range ?? '')?.[0]));
    assert.deepEqual(
      starts,
      [...starts].sort((a, b) => a - b),
    );
    assert.ok((starts.at(-1) ?? 0) > 0);
  });

  it('When the storage never gets through, then the sentence says so and what was fetched is kept', async () => {
    await start({
      storage(_, res, content, from) {
        if (from === 0) {
          res.writeHead(206, { 'content-range': `bytes 0-${content.length - 1}/${content.length}` });
          res.write(content.subarray(0, 150_000), () => res.destroy());
        } else res.destroy();
        return true;
      },
    });
    await assert.rejects(
      fetch(),
      /model\.safetensors could not be fetched.*the connection broke.*is kept, run/,
    );
    await hub.close();
    const [kept] = await readdir(downloads);
    assert.ok((await filesIn(join(downloads, kept ?? ''))).includes('model.safetensors.part'));
  });

  it('When the storage is busy, then it is asked again', async () => {
    let refused = 0;
    await start({
      storage(_, res) {
        refused += 1;
        if (refused > 3) return false;
        res.writeHead(refused === 1 ? 429 : 503).end();
        return true;
      },
    });
    await fetch();
    assert.equal(refused, 4);
  });

  it('When the storage holds wrong bytes once, then the file is fetched anew; when always, it is refused', async () => {
    let wrong = 1;
    await start({
      stored(_, content) {
        if (wrong-- <= 0) return content;
        const changed = Buffer.from(content);
        changed[1234] = (changed[1234] as number) ^ 1;
        return changed;
      },
    });
    const { dir } = await fetch();
    assert.deepEqual(await filesIn(dir), WANTED);
    await rm(dir, { recursive: true });
    wrong = Number.POSITIVE_INFINITY;
    await assert.rejects(fetch(), /model\.safetensors .*does not have the sha256.*not used/);
    assert.ok(!(await filesIn(dir)).includes('model.safetensors'));
  });

  it('When a small file differs from its git hash, then it is refused', async () => {
    await start({
      hub(req, res) {
        if (!req.url?.endsWith('/vocab.txt')) return false;
        res.writeHead(200, { 'content-length': 6 }).end('[BAD]\n');
        return true;
      },
    });
    await assert.rejects(fetch(), /vocab\.txt .*does not have the git-sha1/);
  });

  it('When a mirror serves another version than it lists, then that is said before the bytes are taken', async () => {
    await start({
      hub(req, res) {
        if (!req.url?.endsWith('/model.safetensors')) return false;
        res.writeHead(302, {
          location: `${hub.storageUrl}/blobs/model.safetensors`,
          'x-linked-etag': `"${'0'.repeat(64)}"`,
        });
        res.end();
        return true;
      },
    });
    await assert.rejects(fetch(), /another version of model\.safetensors than it lists/);
  });

  it('When the storage sends more than was listed, then it is refused', async () => {
    await start({
      storage(_, res, content) {
        res
          .writeHead(206, { 'content-range': 'bytes 0-299999/300000' })
          .end(Buffer.concat([content, content]));
        return true;
      },
    });
    await assert.rejects(fetch(), /model\.safetensors is longer than/);
  });

  it('When the storage ignores Range, then the file is taken in one piece', async () => {
    const files = repository(randomBytes(3 * MB));
    await start({
      files,
      storage(_, res, content) {
        res.writeHead(200, { 'content-length': content.length }).end(content);
        return true;
      },
    });
    const { dir } = await fetch('org/tiny', { segmentBytes: MB });
    assert.ok((await readFile(join(dir, 'model.safetensors'))).equals(files['model.safetensors']));
  });

  it('When the storage sends another range than asked for, then it is refused', async () => {
    await start({
      files: repository(randomBytes(2 * MB)),
      storage(_, res, content) {
        res
          .writeHead(206, { 'content-range': `bytes 7-${content.length - 1}/${content.length}` })
          .end(content);
        return true;
      },
    });
    await assert.rejects(fetch(), /sends another part of model\.safetensors/);
  });

  const refusals: [string, number, Record<string, string>, string, RegExp][] = [
    [
      'gated',
      401,
      { 'x-error-code': 'GatedRepo' },
      'org/tiny',
      /org\/tiny is gated: accept its terms at .* HF_TOKEN/,
    ],
    [
      'gated for this account',
      403,
      { 'x-error-code': 'GatedRepo' },
      'org/tiny',
      /is gated: accept its terms/,
    ],
    ['refused a token', 401, {}, 'org/tiny', /refuses HF_TOKEN, or there is no org\/tiny \(401\)/],
    ['forbidden', 403, {}, 'org/tiny', /forbids org\/tiny to this account \(403\)/],
    [
      'unknown',
      404,
      { 'x-error-code': 'RepoNotFound' },
      'org/tiny',
      /there is no org\/tiny on http.*\(404\)/,
    ],
    [
      'without that revision',
      404,
      { 'x-error-code': 'RevisionNotFound' },
      'org/tiny@v9',
      /no such revision \(404\)/,
    ],
    ['private on ModelScope', 403, {}, 'modelscope:org/tiny', /forbids org\/tiny to this token \(403\)/],
    ['unknown on ModelScope', 404, {}, 'modelscope:org/tiny', /there is no org\/tiny on .*\(404\)/],
  ];
  for (const [what, status, headers, source, message] of refusals)
    it(`When the model is ${what}, then one sentence says it`, async () => {
      await start({
        hub(_, res) {
          res.writeHead(status, headers).end('<html>');
          return true;
        },
      });
      await assert.rejects(
        fetch(source),
        (error) =>
          error instanceof ModelError && message.test(error.message) && !error.message.includes('\n'),
      );
    });

  it('When the terms were not accepted, which shows at the first file only, then it says gated', async () => {
    await start({
      hub(req, res) {
        if (!req.url?.includes('/resolve/')) return false;
        res.writeHead(401, { 'x-error-code': 'GatedRepo' }).end();
        return true;
      },
    });
    await assert.rejects(fetch(), /is gated: accept its terms/);
  });

  it('When nothing listens there, then the ways out are named', async () => {
    await start();
    await hub.close();
    await assert.rejects(
      fetch(),
      /can't be reached: it refuses connections \(ECONNREFUSED\).*HF_ENDPOINT.*HTTPS_PROXY/,
    );
    await start();
  });

  it('When a login page answers instead of a hub, then it says so', async () => {
    await start({
      hub(_, res) {
        res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel</html>');
        return true;
      },
    });
    await assert.rejects(fetch(), /does not answer in JSON/);
  });

  it('When the repository has no weights that can be read, then it says which kinds can', async () => {
    await start({ files: { 'config.json': Buffer.from('{}'), 'tf_model.h5': randomBytes(10) } });
    await assert.rejects(fetch(), /no weights that can be read \(safetensors, pytorch_model\.bin or ONNX\)/);
  });

  it('When the disk has too little room, then no file is asked for', async () => {
    await start();
    await assert.rejects(
      fetch('org/tiny', { free: async () => 100_000 }),
      /fetching org\/tiny needs .* but only/,
    );
    assert.equal(hub.seen.hub.length, 1);
  });

  it('When an earlier run fetched half, then only the other half and what building takes need room', async () => {
    const files = repository(randomBytes(2 * MB));
    await start({ files });
    const { dir } = await fetch();
    await keepHalf(join(dir, 'model.safetensors'), files['model.safetensors']);
    const free = async () => 1.2 * MB;
    const before = hub.seen.storage.length;
    await assert.rejects(
      fetch('org/tiny', { free, beforeWeights: async () => MB }),
      /fetching and building org\/tiny needs .* but only/,
    );
    assert.equal(hub.seen.storage.length, before);
    await fetch('org/tiny', { free, beforeWeights: async () => 0.1 * MB });
  });

  it('When the small files are no use, then no weights are fetched', async () => {
    await start();
    const seen: string[] = [];
    await assert.rejects(
      fetch('org/tiny', {
        async beforeWeights(dir, kind) {
          seen.push(kind, ...(await filesIn(dir)));
          throw new ModelError('only BERT');
        },
      }),
      /only BERT/,
    );
    assert.deepEqual(seen, ['weights', ...WANTED.filter((name) => name !== 'model.safetensors')]);
    assert.deepEqual(hub.seen.storage, []);
  });

  it('When a process is building from a download, then nobody else fetches it', async () => {
    await start();
    const { release } = await hold('org/tiny');
    await assert.rejects(fetch(), new RegExp(`process ${process.pid} is adding org/tiny already`));
    await release();
    await fetch();
  });

  it('When weights have several segments, then four are under way at a time', async () => {
    const files = repository(randomBytes(5 * MB));
    const waiting: (() => void)[] = [];
    await start({
      files,
      storage(_, res, content, from) {
        if (from === 0) return false;
        const [to, total] = [from + MB, content.length];
        res.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${total}` });
        waiting.push(() => res.end(content.subarray(from, to)));
        // None is answered before all four are asked for.
        if (waiting.length === 4) for (const answer of waiting) answer();
        return true;
      },
    });
    const signal = AbortSignal.timeout(60_000);
    const { dir } = await fetch('org/tiny', { segmentBytes: MB, signal });
    assert.ok((await readFile(join(dir, 'model.safetensors'))).equals(files['model.safetensors']));
    assert.equal(waiting.length, 4);
  });

  it('When the hub is busy, then its list is asked for again after the time that it names', async () => {
    let refused = 0;
    await start({
      hub(req, res) {
        if (!req.url?.startsWith('/api/') || refused === 2) return false;
        refused += 1;
        res.writeHead(429, { 'retry-after': '0' }).end();
        return true;
      },
    });
    // Its own patience would outlast this test.
    await fetch('org/tiny', { retryMs: 600_000 });
    assert.equal(refused, 2);
  });

  it('When the hub stays busy, then that is said', async () => {
    await start({
      hub(_, res) {
        res.writeHead(503).end();
        return true;
      },
    });
    await assert.rejects(fetch(), /answers 503 for org\/tiny/);
    assert.equal(hub.seen.hub.length, 4);
  });

  it('When a mirror redirects to the hub that names the content, then another version is found there, too', async () => {
    await start({
      hub(req, res) {
        if (req.url === '/moved') {
          const location = `${hub.storageUrl}/blobs/model.safetensors`;
          res.writeHead(302, { location, 'x-linked-etag': `"${'0'.repeat(64)}"` }).end();
          return true;
        }
        if (!req.url?.endsWith('/model.safetensors')) return false;
        res.writeHead(307, { location: '/moved' }).end();
        return true;
      },
    });
    await assert.rejects(fetch(), /another version of model\.safetensors than it lists/);
  });

  const poorLists: [string, string, object, RegExp][] = [
    [
      'ModelScope tells no hash',
      'modelscope:org/tiny',
      {
        Success: true,
        Data: {
          Files: ['config.json', 'model.safetensors'].map((Path) => ({ Path, Type: 'blob', Size: 2 })),
        },
      },
      /does not tell a hash of model\.safetensors/,
    ],
    [
      'ModelScope refuses with a reason',
      'modelscope:org/tiny',
      { Success: false, Message: 'the model is offline', Data: null },
      /refuses to list org\/tiny: the model is offline/,
    ],
    [
      'ModelScope refuses without one',
      'modelscope:org/tiny',
      { Success: false, Data: null },
      /refuses to list org\/tiny: it gives no reason/,
    ],
    [
      'a mirror tells no sizes',
      'org/tiny',
      { sha: COMMIT, siblings: ['config.json', 'model.safetensors'].map((rfilename) => ({ rfilename })) },
      /does not tell the size of model\.safetensors/,
    ],
  ];
  for (const [what, source, list, message] of poorLists)
    it(`When ${what}, then one sentence says it`, async () => {
      await start({
        hub(_, res) {
          res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
          return true;
        },
      });
      await assert.rejects(fetch(source), message);
    });

  it('When weights are sharded, then every shard and the index come along', async () => {
    const { 'model.safetensors': _, ...rest } = repository();
    await start({
      files: {
        ...rest,
        'model.safetensors.index.json': Buffer.from('{}'),
        'model-00001-of-00002.safetensors': randomBytes(100),
        'model-00002-of-00002.safetensors': randomBytes(0),
      },
    });
    const { dir } = await fetch();
    assert.deepEqual(
      (await filesIn(dir)).filter((name) => name.startsWith('model')),
      [
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
        'model.safetensors.index.json',
      ],
    );
  });

  it('When the caller gives up, then it ends and the next call goes on', async () => {
    const files = repository(randomBytes(4 * MB));
    let slow = true;
    await start({
      files,
      storage(_, res, content, from) {
        if (!slow) return false;
        res.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
        res.write(content.subarray(from, from + 2 * MB));
        return true;
      },
    });
    const stop = new AbortController();
    const started = fetch('org/tiny', {
      segmentBytes: 8 * MB,
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (bytes > MB) stop.abort(new Error('enough'));
      },
    });
    // The stalled transfer reports at the first bytes only; the watchdog of the test is the abort itself.
    const timer = setInterval(() => hub.seen.storage.length > 0 && stop.abort(new Error('enough')), 300);
    await assert.rejects(started, /enough/);
    clearInterval(timer);
    slow = false;
    const { dir } = await fetch('org/tiny', { segmentBytes: 8 * MB });
    assert.ok((await readFile(join(dir, 'model.safetensors'))).equals(files['model.safetensors']));
    const from = Number(/\d+/.exec(hub.seen.storage.at(-1)?.range ?? '')?.[0]);
    assert.ok(from > 0, `went on from ${from}`);
  });

  describe('proxies', () => {
    it('When a proxy is set, then everything goes through it, except for hosts that are excepted', async () => {
      await start();
      const through: string[] = [];
      const proxy = createServer((req, res) => {
        through.push(req.url ?? '');
        const { 'proxy-connection': _, ...headers } = req.headers;
        httpRequest(req.url ?? '', { headers }, (answer) => {
          res.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(res);
        }).end();
      });
      const settings = (proxies: { http: string; none?: string }) => ({
        huggingFace: { endpoint: hub.url.replace('127.0.0.1', 'localhost') },
        proxies,
      });
      const http = await listen(proxy);
      await fetch('org/tiny', { settings: settings({ http }) });
      assert.ok(through.some((url) => url.includes('/api/models/org/tiny')));
      assert.ok(through.some((url) => url.includes('/blobs/model.safetensors')));
      await rm(downloads, { recursive: true });
      through.length = 0;
      await fetch('org/tiny', { settings: settings({ http, none: 'localhost,127.0.0.1' }) });
      assert.deepEqual(through, []);
      proxy.close();
      proxy.closeAllConnections();
      await once(proxy, 'close');
    });

    it('When the proxy refuses, then the sentence names the proxy', async () => {
      await start();
      const proxy = createServer();
      proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
      const settings = {
        huggingFace: { endpoint: 'https://hub.invalid' },
        proxies: { https: await listen(proxy) },
      };
      await assert.rejects(fetch('org/tiny', { settings }), /can't be reached: the proxy refuses.*407/);
      proxy.close();
      proxy.closeAllConnections();
      await once(proxy, 'close');
    });
  });

  it('When the proxy hangs up, then it does not wait for ever', async () => {
    await start();
    const proxy = createServer();
    const settings = {
      huggingFace: { endpoint: 'https://hub.invalid' },
      proxies: { https: await listen(proxy) },
    };
    await assert.rejects(fetch('org/tiny', { settings }), /can't be reached: the connection broke/);
    proxy.close();
    proxy.closeAllConnections();
    await once(proxy, 'close');
  });

  it('When a journal ends in a torn line, then what stands before it counts', async () => {
    const files = repository(randomBytes(2 * MB));
    await start({ files });
    const { dir } = await fetch();
    const path = join(dir, 'model.safetensors');
    const { 'model.safetensors': weights } = files;
    await keepHalf(path, weights);
    await appendFile(`${path}.part.journal`, '0 15');
    await fetch();
    assert.ok((await readFile(path)).equals(weights));
    assert.equal(hub.seen.storage.at(-1)?.range, `bytes=${MB}-${2 * MB - 1}`);
  });
});

/** Leaves of a fetched file of 2 MB what a run that ended half-way would have left. */
async function keepHalf(path: string, content: Buffer): Promise<void> {
  await rm(path);
  await writeFile(`${path}.part`, content.subarray(0, MB));
  const head = JSON.stringify({ bytes: content.length, digest: sha256(content), segmentBytes: 32 * MB });
  await writeFile(`${path}.part.journal`, `${head}\n0 ${MB}\n`);
}
