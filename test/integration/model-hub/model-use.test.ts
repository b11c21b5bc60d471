import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { model } from '../../../src/cli/model/command.ts';
import { freePort } from '../../e2e/service.ts';
import { tinyFolder } from '../../unit/model-build/tiny-folder.ts';

const root = resolve(import.meta.dirname, '../../..');

describe('gte model use', () => {
  let dir: string;
  let env: Record<string, string>;
  let primary: ReturnType<typeof spawn>;
  let said = '';

  const gte = async (...args: string[]) => {
    const stdout: string[] = [];
    const stderr: string[] = [];
    const code = await model([...args, '--models', join(dir, 'models')], env, {
      stdout: { write: (text: string) => stdout.push(text) > 0 },
      stderr: { write: (text: string) => stderr.push(text) > 0 },
    });
    return { code, stdout: stdout.join(''), stderr: stderr.join('') };
  };
  const loaded = async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${env.GTE_METRICS_PORT}/metrics`)).text();
    return [...metrics.matchAll(/^gte_model_info\{.*?model="([^"]+)".*\} 1$/gm)]
      .map(([, name]) => name)
      .sort();
  };
  const start = async () => {
    primary = spawn(process.execPath, ['dist/main.js'], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ready = new Promise<void>((done, fail) => {
      primary.stdout?.on('data', (chunk) => {
        said += chunk;
        if (/"role":"primary".*"msg":"ready"/.test(said)) done();
      });
      primary.once('exit', (code) => fail(new Error(`the service ended with ${code}: ${said}`)));
    });
    await ready;
  };

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gte-use-'));
    env = {
      GTE_PORT: String(await freePort()),
      GTE_METRICS_PORT: String(await freePort()),
      GTE_RUN_DIR: join(dir, 'run'),
      GTE_MODEL_CHOICE: join(dir, 'var', 'model.json'),
      GTE_WORKERS: '2',
    };
    const tiny = await tinyFolder('cls-bin-unnormalised');
    for (const name of ['one', 'two']) {
      const added = await gte('add', tiny.dir, '--name', name);
      assert.equal(added.code, 0, added.stderr);
    }
    await tiny.remove();
    await start();
  });
  after(async () => {
    primary.kill('SIGTERM');
    await once(primary, 'exit');
    await rm(dir, { recursive: true });
  });

  it('When a model is chosen, then the service reloads and uses it for vectors, beside its own extractor', async () => {
    assert.deepEqual(await loaded(), ['starter/encoder', 'starter/extractor']);
    const used = await gte('use', 'one');
    assert.equal(used.code, 0, used.stderr);
    assert.equal(used.stdout, 'the service now uses one\n');
    assert.deepEqual(await loaded(), ['one/encoder', 'starter/extractor']);
    assert.match((await gte('list')).stdout, /^one .*for vectors$/m);
    const answer = await fetch(`http://127.0.0.1:${env.GTE_PORT}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ task_type: 'embedding', input_text: '花呗怎么还款' }),
    });
    const body = (await answer.json()) as { result: { dimensions: number; embedding: number[] } };
    assert.equal(body.result.dimensions, 40);
    // The model's own vectors are not normalised; the service's are.
    assert.ok(Math.abs(Math.hypot(...body.result.embedding) - 1) < 1e-6);
    assert.match((await gte('remove', 'one')).stderr, /one is in use/);
  });

  it('When the new one can not be served, then the old one stays and so does the choice', async () => {
    const manifest = join(dir, 'models', 'two', 'manifest.json');
    const json = JSON.parse(await readFile(manifest, 'utf8'));
    json.golden.rows[0].answer -= 0.5;
    await writeFile(manifest, JSON.stringify(json));
    const wrong = await gte('use', 'two');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /two answers wrongly: “花呗怎么还款”/);

    // Right for the encoder alone, wrong for the service: only a worker can tell.
    json.golden.rows[0].answer += 0.5;
    json.golden.rows.push({ task: 'sentiment', head: 'none', text: '好', answer: { positive: 1 } });
    await writeFile(manifest, JSON.stringify(json));
    const refused = await gte('use', 'two');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /the service stays with its model: .*golden row/);
    assert.deepEqual(await loaded(), ['one/encoder', 'starter/extractor']);
    const choice = JSON.parse(await readFile(env.GTE_MODEL_CHOICE as string, 'utf8'));
    assert.deepEqual(choice, { encoderDir: join(dir, 'models', 'one') });
  });

  it('When it loads for one worker and then breaks, then that one goes back to the old model', async () => {
    const manifest = join(dir, 'models', 'two', 'manifest.json');
    const json = JSON.parse(await readFile(manifest, 'utf8'));
    json.golden.rows.pop();
    await writeFile(manifest, JSON.stringify(json));
    const before = await readFile(env.GTE_MODEL_CHOICE as string, 'utf8');
    const firstReady = new Promise<void>((done) => {
      said = '';
      const look = () => {
        if (!said.includes('"msg":"worker ready"')) return;
        primary.stdout?.off('data', look);
        rmSync(join(dir, 'models', 'two', 'model.onnx'));
        done();
      };
      primary.stdout?.on('data', look);
    });
    const refused = await gte('use', 'two');
    await firstReady;
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /the service stays with its model: the new worker of slot 1 .*model\.onnx/);
    assert.deepEqual(await loaded(), ['one/encoder', 'starter/extractor']);
    assert.equal(await readFile(env.GTE_MODEL_CHOICE as string, 'utf8'), before);
    assert.deepEqual(await readdir(join(dir, 'var')), ['model.json']);
  });

  it('When the primary was killed while it tried a model, then it starts with the one before', async () => {
    primary.removeAllListeners('exit');
    primary.kill('SIGKILL');
    await once(primary, 'exit');
    await writeFile(`${env.GTE_MODEL_CHOICE}.candidate`, JSON.stringify({ encoderDir: '/nowhere' }));
    said = '';
    await start();
    assert.deepEqual(await loaded(), ['one/encoder', 'starter/extractor']);
    assert.deepEqual(await readdir(join(dir, 'var')), ['model.json']);
  });

  it('When the environment names a folder, then the choice is refused', async () => {
    env.GTE_ENCODER_DIR = join(dir, 'models', 'one');
    const refused = await gte('use', 'one');
    delete env.GTE_ENCODER_DIR;
    assert.match(refused.stderr, /GTE_ENCODER_DIR is set and goes before a choice/);
  });

  it('When the service is started again, then it still uses the choice', async () => {
    primary.removeAllListeners('exit');
    primary.kill('SIGTERM');
    await once(primary, 'exit');
    said = '';
    await start();
    assert.deepEqual(await loaded(), ['one/encoder', 'starter/extractor']);
  });

  it('When no service runs, then the choice is kept for its next start', async () => {
    const running = env.GTE_METRICS_PORT as string;
    env.GTE_METRICS_PORT = String(await freePort());
    const used = await gte('use', 'one', '--json');
    env.GTE_METRICS_PORT = running;
    assert.deepEqual(JSON.parse(used.stdout), {
      name: 'one',
      dir: join(dir, 'models', 'one'),
      reloaded: false,
    });
  });

  it('When the environment names an encoder, then the service starts with it', async () => {
    primary.removeAllListeners('exit');
    primary.kill('SIGTERM');
    await once(primary, 'exit');
    await rm(env.GTE_MODEL_CHOICE as string);
    env.GTE_ENCODER_DIR = join(dir, 'models', 'one');
    said = '';
    await start();
    assert.deepEqual(await loaded(), ['one/encoder', 'starter/extractor']);
  });
});
