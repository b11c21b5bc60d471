import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedService } from './recorded-service.ts';
import { gte } from './run-command.ts';
import { serve, servePrometheus } from './stand-ins.ts';

const now = () => Math.floor(Date.now() / 1000);

test('When texts got longer half-way, then gte why says so, in both languages and as JSON', async (t) => {
  const prometheus = await servePrometheus(t, recordedService({ changedAt: now() - 600, tokens: [20, 80] }));
  const args = ['why', '--since', '10m', '--prometheus', prometheus];
  const english = await gte(args);
  assert.equal(english.code, 1);
  assert.match(
    english.stdout,
    /^ner got slower, because the texts are longer \(1?\d\d % of the change\): 2\d\.\d → 8\d\.\d ms/,
  );
  assert.match(english.stdout, /20(\.\d)? → (80|79\.\d) tokens a request/);
  assert.match((await gte(args, { LANG: 'zh_CN.UTF-8' })).stdout, /^ner 变慢，因为文本变长/);
  const document = JSON.parse((await gte([...args, '--json'])).stdout);
  assert.equal(document.subject.causes[0].cause, 'length');
  const total = document.subject.causes.reduce(
    (sum: number, { seconds }: { seconds: number }) => sum + seconds,
    0,
  );
  assert.ok(Math.abs(total - document.subject.mean_seconds.change) < 1e-9);
});

test('When a node exporter shows others at work, then they are the cause, with the cores they took', async (t) => {
  const others = async (cores: readonly [number, number]) => {
    const service = recordedService({
      changedAt: now() - 600,
      tokens: [20, 20],
      cost: [0.001, 0.004],
      others: cores,
    });
    return gte(['why', '--since', '10m', '--prometheus', await servePrometheus(t, service)]);
  };
  const taken = await others([0.2, 2.5]);
  assert.match(taken.stdout, /^ner got slower, because others on the host take CPU \(100 % of the change\)/);
  assert.match(taken.stdout, /others used 0\.2\d → 2\.(4\d|50) of 4 cores/);
  assert.match((await others([2, 2])).stdout, /^ner got slower, because inference needs longer for a token/);
});

test('When nothing changed, then gte why says so and ends with 0', async (t) => {
  const prometheus = await servePrometheus(t, recordedService({ changedAt: now() - 600, tokens: [20, 20] }));
  const { code, stdout } = await gte(['why', '--since', '10m', '--task', 'ner', '--prometheus', prometheus]);
  assert.match(stdout, /^Nothing changed: ner took 21\.0 ms on average, 21\.0 before/);
  assert.equal(code, 0);
});

test('When two windows are compared, then B is worse by its texts, and not the other way round', async (t) => {
  const prometheus = await servePrometheus(t, recordedService({ changedAt: now() - 600, tokens: [20, 80] }));
  const compare = (a: string, b: string) => gte(['compare', a, b, '--prometheus', prometheus]);
  const worse = await compare('20m..11m', '9m..now');
  assert.equal(worse.code, 1);
  assert.match(worse.stdout, /^9m\.\.now is worse than 20m\.\.11m\./);
  assert.equal((await compare('9m..now', '20m..11m')).code, 0);
  const model = await compare('model:m@1.0.0', '9m..now');
  assert.match(model.stdout, /^9m\.\.now is worse than model:m@1\.0\.0/);
  assert.match(
    (await compare('model:other', '9m..now')).stderr,
    /no model other was loaded.*m\/extractor@1\.0\.0/,
  );
});

test('When a model was loaded between two looks at a long time, then its window begins after it', async (t) => {
  const changedAt = now() - 400;
  const service = recordedService({ changedAt, tokens: [20, 80] });
  const loaded = (model: string, at: (time: number) => boolean) => ({
    metric: { __name__: 'gte_model_info', model, version: '1' },
    at: (time: number) => (at(time) ? 1 : undefined),
  });
  const prometheus = await servePrometheus(t, {
    ...service,
    series: [
      ...(service.series ?? []).filter(({ metric }) => metric.__name__ !== 'gte_model_info'),
      loaded('old/extractor', (time) => time < changedAt),
      loaded('new/extractor', (time) => time >= changedAt),
    ],
  });
  const { stdout } = await gte(['compare', 'model:old', 'model:new', '--json', '--prometheus', prometheus]);
  const { before, after } = JSON.parse(stdout).explanation;
  assert.ok(after.start >= changedAt + 30 && after.start <= changedAt + 40, `${after.start - changedAt}`);
  assert.ok(before.end <= changedAt && before.end >= changedAt - 303, `${before.end - changedAt}`);
});

test('When the task was never asked for, then gte why says that there is nothing to compare', async (t) => {
  const prometheus = await servePrometheus(t, recordedService({ changedAt: now() - 600, tokens: [20, 20] }));
  const { code, stderr } = await gte(['why', '--since', '10m', '--task', 'qa', '--prometheus', prometheus]);
  assert.equal(code, 69);
  assert.match(stderr, /nothing to compare: no request of qa in either window/);
});

test('When Prometheus has nothing of the service, then that is said', async (t) => {
  const prometheus = await servePrometheus(t, {});
  const { stderr } = await gte(['why', '--prometheus', prometheus]);
  assert.match(stderr, /has nothing of the service from .*: was it up, and is it scraped\?/);
});

test('When the window is too short for the scrape interval, then the shortest is named', async (t) => {
  const service = recordedService({ changedAt: now() - 600, tokens: [20, 20] });
  const prometheus = await servePrometheus(t, {
    ...service,
    instant: { ...service.instant, 'count_over_time(gte_workers': () => [{ metric: {}, value: 4 }] },
  });
  const { stderr } = await gte(['why', '--since', '60s', '--prometheus', prometheus]);
  assert.match(stderr, /a window of 60 s is too short for a scrape interval of 15\.0 s; take at least 120s/);
});

test('When Prometheus is down, or something else answers, then that is said with exit code 69', async (t) => {
  const other = await serve(t, (_, response) => void response.end('<html>'));
  for (const [url, words] of [
    ['http://127.0.0.1:9', /Prometheus at http:\/\/127\.0\.0\.1:9 does not answer/],
    [other, /is not Prometheus; name it with --prometheus/],
  ] as const) {
    const { code, stderr } = await gte(['why'], { PROMETHEUS_URL: url });
    assert.equal(code, 69);
    assert.match(stderr, words);
  }
});

test('When Prometheus refuses a query, then its reason is passed on', async (t) => {
  const prometheus = await serve(t, (_, response) => {
    response.writeHead(422);
    response.end('{"status":"error","error":"query processing would load too many samples"}');
  });
  const { stderr } = await gte(['why', '--prometheus', prometheus]);
  assert.match(stderr, /refused a query: 422 query processing would load too many samples/);
});
