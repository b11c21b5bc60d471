import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../../src/cli/stats/random.ts';
import type { Cause } from '../../../src/cli/why/cause.ts';
import { explain } from '../../../src/cli/why/explain.ts';
import { sentence } from '../../../src/cli/why/sentence.ts';
import { type SimulatedService, simulatedWindow } from './simulated-window.ts';

function why(before: SimulatedService, after: SimulatedService, task?: string) {
  const explanation = explain(simulatedWindow(before), simulatedWindow({ start: 120, ...after }), task, 0.1);
  assert.ok(explanation);
  return explanation;
}

function assertFirst(before: SimulatedService, after: SimulatedService, cause: Cause, words: RegExp) {
  const explanation = why(before, after);
  assert.equal(explanation.subject.latency, 'slower');
  assert.equal(explanation.subject.causes[0]?.cause, cause);
  assert.match(sentence(explanation).en, words);
  assert.match(sentence(explanation).zh, /变慢，因为/);
  return explanation;
}

test('When nothing changes, then it says so', () => {
  const explanation = why({}, {});
  assert.equal(explanation.subject.latency, 'same');
  assert.match(sentence(explanation).en, /^Nothing changed/);
  assert.match(sentence(explanation).zh, /^没有变化/);
});

test('When an ordinary hour follows another, with chance in what comes and how long it takes, then nothing changed', () => {
  const random = createRandom(3);
  const tasks = { ner: { perBlock: 20 }, qa: { perBlock: 5, tokens: 90, queue: 0.004 } };
  const quiet = Array.from({ length: 300 }, () => why({ tasks, random }, { tasks, random }));
  const changed = quiet.filter(({ subject }) => subject.latency !== 'same');
  // Three tests a pair of windows, each wrong once in 370.
  assert.ok(changed.length <= 6, changed.map((explanation) => sentence(explanation).en).join('\n'));
});

test('When texts are longer in an ordinary hour, then chance does not hide it', () => {
  const random = createRandom(4);
  const found = Array.from({ length: 100 }, () =>
    why(
      { random, tasks: { ner: { perBlock: 20 } } },
      { random, tasks: { ner: { perBlock: 20, tokens: 90 } } },
    ),
  ).filter(({ subject }) => subject.latency === 'slower' && subject.causes[0]?.cause === 'length');
  assert.ok(found.length >= 97, `${found.length} of 100`);
});

test('When texts are longer, then length is the cause', () => {
  assertFirst(
    {},
    { tasks: { ner: { tokens: 120 } } },
    'length',
    /^ner got slower, because the texts are longer \(100 %/,
  );
});

test('When long texts cost more than in proportion, then that is length too', () => {
  assertFirst({}, { tasks: { ner: { tokens: 300 } }, cost: 0.0013 }, 'length', /texts are longer \(100 %/);
});

test('When one of two workers is slow, then it is named', () => {
  const { load } = assertFirst(
    {},
    { slots: [1, 4] },
    'worker',
    /one worker \(slot 1\) is slower than the others \(100 %/,
  );
  assert.deepEqual(
    load.slots.slow.map(({ slot, excess }) => [slot, excess]),
    [['1', 4]],
  );
});

test('When all workers are slower alike, then none of them is blamed', () => {
  const { load } = assertFirst({}, { slots: [3, 3] }, 'cost', /inference needs longer for a token/);
  assert.deepEqual(load.slots.slow, []);
});

test('When workers get less CPU for their work, then others on the host are the cause', () => {
  assertFirst({}, { cost: 0.002, cpuPerBusy: 0.5 }, 'cpu', /others on the host take CPU \(100 %/);
});

test('When node exporter shows others at work, then they are the cause whatever the workers got', () => {
  assertFirst({ hostOthers: 0.1 }, { cost: 0.002, hostOthers: 2 }, 'cpu', /others on the host take CPU/);
});

test('When the service crowds the cores by its own traffic, then nobody else is blamed', () => {
  const busy = { tasks: { ner: { perBlock: 400, queue: 0.05 } }, cost: 0.002, cpuPerBusy: 0.6 };
  assertFirst({}, busy, 'traffic', /there is more traffic/);
});

test('When others verifiably take no more CPU under more traffic, then they are not blamed', () => {
  const after = {
    tasks: { ner: { perBlock: 400, queue: 0.05 } },
    cost: 0.01,
    cpuPerBusy: 0.05,
    hostOthers: 1.7,
  };
  assertFirst({ hostOthers: 1.7 }, after, 'traffic', /there is more traffic/);
});

test('When longer texts fill the cores and others verifiably take no more, then nobody else is blamed', () => {
  const after = {
    tasks: { ner: { tokens: 90, queue: 0.2 } },
    cost: 0.0012,
    cpuPerBusy: 0.2,
    hostOthers: 1.66,
  };
  const { subject } = assertFirst({ hostOthers: 1.71 }, after, 'length', /because the texts are longer/);
  assert.deepEqual(
    subject.causes.filter(({ cause }) => cause === 'cpu'),
    [],
  );
});

test('When longer texts fill the cores and nobody can see who uses them, then the service suspects itself', () => {
  const after = { tasks: { ner: { tokens: 90, queue: 0.2 } }, cost: 0.0012, cpuPerBusy: 0.8 };
  assertFirst({}, after, 'length', /because the texts are longer/);
});

test('When another model is loaded, then it is the cause', () => {
  const after = { cost: 0.004, models: ['slow 2 (onnx)'] };
  const explanation = assertFirst({}, after, 'model', /another model is loaded \(100 %/);
  assert.deepEqual(explanation.load.newModels, ['slow 2 (onnx)']);
});

test('When a burst fills the queue, then traffic is the cause', () => {
  assertFirst(
    {},
    { tasks: { ner: { bursts: { 5: 1500 }, extra: { 5: 0.5 } } } },
    'traffic',
    /there is more traffic/,
  );
});

test('When requests wait although nothing else changed, then they come closer together', () => {
  assertFirst({}, { tasks: { ner: { queue: 0.05 } } }, 'bunched', /requests come closer together/);
});

test('When the extra waiting lies around restarts, then they are the cause', () => {
  const after = { restarts: { 4: 1 }, tasks: { ner: { extra: { 4: 0.3, 5: 0.1 } } } };
  assertFirst({}, after, 'restarts', /workers restarted/);
});

test('When one task with long texts comes in, then the others are slower by the mix', () => {
  const ner = { perBlock: 100, tokens: 30 };
  const before = { tasks: { ner: { ...ner, queue: 0.005 }, qa: { perBlock: 5, tokens: 400 } } };
  const after = { tasks: { ner: { ...ner, queue: 0.03 }, qa: { perBlock: 100, tokens: 400, queue: 0.03 } } };
  const { subject } = why(before, after, 'ner');
  assert.deepEqual(
    subject.causes
      .slice(0, 2)
      .map(({ cause }) => cause)
      .sort(),
    ['mix', 'traffic'],
  );
});

test('When only one of several tasks is slower, then the sentence is about it', () => {
  const explanation = why({ tasks: { ner: {}, qa: {} } }, { tasks: { ner: {}, qa: { tokens: 100 } } });
  assert.equal(explanation.subject.task, 'qa');
});

test('When all tasks are slower, then the sentence is about the service', () => {
  const explanation = why({ tasks: { ner: {}, qa: {} } }, { tasks: { ner: {}, qa: {} }, slots: [1, 5] });
  assert.equal(explanation.subject.task, 'all');
  assert.match(sentence(explanation).en, /^The service got slower, because one worker \(slot 1\)/);
});

test('When two small tasks are slower and the sum of all hides it, then the sentence is about them', () => {
  const big = { perBlock: 20_000, tokens: 30 };
  const small = { perBlock: 30, tokens: 30 };
  const explanation = why(
    { tasks: { ner: big, qa: small, event: small } },
    { tasks: { ner: big, qa: { ...small, tokens: 90 }, event: { ...small, tokens: 60 } } },
  );
  assert.deepEqual(
    explanation.tasks.map(({ task, latency }) => [task, latency]),
    [
      ['event', 'slower'],
      ['ner', 'same'],
      ['qa', 'slower'],
      ['all', 'same'],
    ],
  );
  assert.match(sentence(explanation).en, /^qa got slower, .* Others changed too: event \(slower\)\.$/);
  assert.match(sentence(explanation).zh, /^qa 变慢，.*其他任务也有变化：event（变慢）。$/);
});

test('When two small tasks are faster and nothing else changed, then it is not said that nothing changed', () => {
  const big = { perBlock: 20_000, tokens: 30 };
  const small = { perBlock: 30, tokens: 30 };
  const explanation = why(
    { tasks: { ner: big, qa: { ...small, tokens: 90 }, event: { ...small, tokens: 60 } } },
    { tasks: { ner: big, qa: small, event: small } },
  );
  assert.match(sentence(explanation).en, /^qa got faster, .* Others changed too: event \(faster\)\.$/);
});

test('When a task is faster, then the causes are those of the improvement', () => {
  const explanation = why({ tasks: { ner: { tokens: 200 } } }, {});
  assert.equal(explanation.subject.latency, 'faster');
  assert.match(sentence(explanation).en, /got faster, because the texts are shorter/);
});

test('When there are too few answers, then nothing is claimed', () => {
  const few = { tasks: { ner: { perBlock: 1, tokens: 500 } } };
  assert.match(sentence(why({ tasks: { ner: { perBlock: 1 } } }, few)).en, /^Too few answers/);
});

test('When requests miss their deadline under more traffic, then the sentence says both', () => {
  const after = { tasks: { ner: { perBlock: 400, queue: 2, failed: { deadline: 300 } } } };
  const explanation = why({}, after);
  assert.match(
    sentence(explanation).en,
    /^ner started to fail: 0.00 % → 6.25 % of the requests, mostly deadline \(300 times\)/,
  );
  assert.match(sentence(explanation).en, /since there is more traffic/);
});

test('When the model fails, then the log is named', () => {
  const { en, zh } = sentence(why({}, { tasks: { ner: { failed: { inference: 40 } } } }));
  assert.match(en, /mostly inference \(40 times\): the model failed/);
  assert.match(zh, /模型出错/);
});

test('When every request of a task is refused, then that is said, whether it was asked for before or not', () => {
  const refused = { perBlock: 0, rejected: 240 };
  const explanation = why({ tasks: { ner: {}, qa: {} } }, { tasks: { ner: {}, qa: refused } });
  assert.match(
    sentence(explanation).en,
    /^qa started to fail: 0\.00 % → 100\.00 % of the requests, mostly overloaded \(240 times\)/,
  );
  const first = sentence(why({ tasks: { ner: {} } }, { tasks: { ner: {}, qa: refused } }));
  assert.match(first.en, /^qa started to fail: – → 100\.00 % of the requests/);
  const only = why({ tasks: { qa: refused } }, { tasks: { qa: refused } });
  assert.match(sentence(only).en, /^Too few answers to compare: 0 before, 0 now\.$/);
});

test('When a handful of requests fails by chance, then nothing changed', () => {
  assert.match(sentence(why({}, { tasks: { ner: { failed: { internal: 2 } } } })).en, /^Nothing changed/);
});

test('Whatever changes, then the contributions add up to the change, for each task and for all', () => {
  const task = fc.record({
    perBlock: fc.integer({ min: 1, max: 500 }),
    tokens: fc.integer({ min: 3, max: 500 }),
    queue: fc.double({ min: 0.00001, max: 2, noNaN: true }),
    failed: fc.record({ deadline: fc.integer({ min: 0, max: 10 }) }),
  });
  const service = fc.record({
    tasks: fc.record({ ner: task, qa: task }),
    cost: fc.double({ min: 0.0001, max: 0.01, noNaN: true }),
    slots: fc.array(fc.double({ min: 0.5, max: 5, noNaN: true }), { minLength: 2, maxLength: 2 }),
    cpuPerBusy: fc.double({ min: 0.1, max: 1.2, noNaN: true }),
    ready: fc.integer({ min: 1, max: 2 }),
    restarts: fc.constantFrom({}, { 3: 1 }),
    models: fc.constantFrom(['a'], ['b']),
  });
  fc.assert(
    fc.property(service, service, (before, after) => {
      for (const { explanation } of why(before, after).tasks) {
        const total = [...explanation.causes.values()].reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(total - explanation.change) < 1e-9, `${total} is not ${explanation.change}`);
      }
    }),
    { numRuns: 200 },
  );
});

test('When a worker stands still between requests, then that is said although no latency shows it', () => {
  const explanation = why({}, { lags: [0.9, 0.013] });
  assert.equal(explanation.subject.latency, 'same');
  assert.match(sentence(explanation).en, /slot 0 stands still at times \(event loop p99 12\.0 → 900 ms\)/);
  assert.match(sentence(explanation).zh, /槽位 0 的工作进程时而停顿/);
});

test('When all event loops are late alike, then no worker is singled out', () => {
  assert.deepEqual(why({}, { lags: [0.4, 0.5] }).stalling, []);
});
