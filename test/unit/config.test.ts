import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { loadConfig, settings } from '../../src/config.ts';
import { StartError } from '../../src/errors.ts';

const root = resolve(import.meta.dirname, '../..');

function assertRefused(env: Record<string, string>, message: string | RegExp): void {
  assert.throws(
    () => loadConfig(env),
    (error: Error) => {
      assert.ok(error instanceof StartError);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.ok(!error.message.includes('\n'));
      return true;
    },
  );
}

test('When nothing is set, then the service is on loopback, with a worker a core and the starter model', () => {
  const { service, metrics, model, log } = loadConfig({});
  assert.deepEqual([service.host, service.port], ['127.0.0.1', 5000]);
  assert.deepEqual([metrics.host, metrics.port], ['127.0.0.1', 9090]);
  assert.equal(service.workers, availableParallelism());
  assert.equal(model.dir, resolve(root, 'models/starter'));
  assert.deepEqual([service.deadlineMs, service.drainMs], [10_000, 15_000]);
  assert.equal(log.level, 'info');
});

test('When a setting is empty, then it counts as unset; what is not called GTE_ is not looked at', () => {
  const { service } = loadConfig({ GTE_PORT: '', GTE_HOST: undefined, PORT: '80', PATH: '/bin' });
  assert.deepEqual([service.port, service.host], [5000, '127.0.0.1']);
});

test('When settings are given, then they hold; relative paths start at the checkout', () => {
  const config = loadConfig({
    GTE_HOST: '0.0.0.0',
    GTE_PORT: '8000',
    GTE_WORKERS: '3',
    GTE_MODEL_DIR: 'models/other',
    GTE_RUN_DIR: '/run/gte',
    GTE_WORKER_MAX_AGE: '12h',
    GTE_WORKER_MAX_RSS_MB: '500',
  });
  assert.deepEqual([config.service.host, config.service.port, config.service.workers], ['0.0.0.0', 8000, 3]);
  assert.equal(config.model.dir, resolve(root, 'models/other'));
  assert.equal(config.service.runDir, '/run/gte');
  assert.equal(config.supervision.maxAgeMs, 12 * 3600 * 1000);
  assert.equal(config.supervision.maxRssBytes, 500 * 1024 * 1024);
});

test('When a setting is unknown, then the start is refused with its name', () => {
  assertRefused({ GTE_PROT: '80' }, 'unknown setting GTE_PROT: see docs/configuration.md');
  assertRefused({ GTE_A: '1', GTE_B: '2' }, 'unknown setting GTE_A, GTE_B: see docs/configuration.md');
});

for (const [name, value] of [
  ['GTE_PORT', '0'],
  ['GTE_PORT', '65536'],
  ['GTE_PORT', 'http'],
  ['GTE_PORT', '80.5'],
  ['GTE_METRICS_PORT', '-1'],
  ['GTE_WORKERS', '0'],
  ['GTE_WORKERS', 'all'],
  ['GTE_DEADLINE_MS', '99'],
  ['GTE_DRAIN_MS', '10s'],
  ['GTE_QUEUE_TOKENS', '511'],
  ['GTE_QUEUE_MS', '9'],
  ['GTE_LOG_LEVEL', 'verbose'],
  ['GTE_LOG_INPUT', 'yes'],
  ['GTE_WORKER_MAX_AGE', '12'],
  ['GTE_TRUST_PROXY', 'everyone'],
  ['GTE_CORS_ORIGINS', 'https://app.example.org/path'],
] as const) {
  test(`When ${name} is ${value}, then the start is refused in one sentence with name and value`, () =>
    assertRefused({ [name]: value }, new RegExp(`^wrong setting ${name}=${value}: .`)));
}

test('When several settings are wrong, then one sentence names them all', () =>
  assertRefused(
    { GTE_PORT: '0', GTE_LOG_LEVEL: 'loud' },
    /^wrong setting GTE_PORT=0: .+; GTE_LOG_LEVEL=loud: /,
  ));

test('When the metrics token is wrong, then the sentence does not tell it', () => {
  assertRefused({ GTE_METRICS_TOKEN: 'short' }, /^wrong setting GTE_METRICS_TOKEN: use 16 or more/);
});

test('When the metrics port is opened to other machines, then a token is demanded', () => {
  const env = { GTE_METRICS_HOST: '0.0.0.0' };
  assertRefused(
    env,
    /^GTE_METRICS_HOST=0\.0\.0\.0 opens the metrics port to other machines: set GTE_METRICS_TOKEN/,
  );
  assert.equal(loadConfig({ ...env, GTE_METRICS_TOKEN: 'x'.repeat(16) }).metrics.host, '0.0.0.0');
  assert.equal(loadConfig({ ...env, GTE_METRICS_PUBLIC: '1' }).metrics.host, '0.0.0.0');
});

test('When the configuration is loaded, then nobody can change it', () => {
  const config = loadConfig({});
  assert.throws(() => Object.assign(config, { root: '/' }), TypeError);
  for (const group of Object.values(config))
    if (typeof group === 'object') assert.throws(() => Object.assign(group, { extra: 1 }), TypeError);
});

test('When a setting exists, then it describes itself', () => {
  for (const [name, type] of Object.entries(settings.shape)) {
    assert.match(name, /^GTE_[A-Z_]+$/);
    assert.ok(type.description, name);
  }
});
