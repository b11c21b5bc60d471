import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { settled, superviseFakes } from './fake-workers.ts';

describe('the supervisor', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  test('When a worker dies, then another is forked after a pause that doubles at each death in a row', async () => {
    const { start, last, forked, restarts, logs } = superviseFakes({ workers: 1 });
    await start();
    for (const pauseMs of [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
      const before = forked.length;
      last(0).die(null, 'SIGABRT');
      assert.equal(logs.at(-1)?.fields.respawn_ms, pauseMs);
      assert.equal(logs.at(-1)?.fields.reason, 'ended by SIGABRT');
      mock.timers.tick(pauseMs - 1);
      assert.equal(forked.length, before);
      mock.timers.tick(1);
      assert.equal(forked.length, before + 1);
    }
    assert.equal(restarts.length, 9);
  });

  test('When a worker dies three times before all were ever ready, then the start fails with its reason', async () => {
    const { supervisor, last } = superviseFakes();
    const started = assert.rejects(supervisor.start(), /worker 1 could not start: the model is damaged/);
    last(0).say({ type: 'ready' });
    for (const pauseMs of [100, 200, 400]) {
      last(1).say({ type: 'start-failed', reason: 'the model is damaged' });
      last(1).die(78);
      mock.timers.tick(pauseMs);
    }
    await started;
  });

  test('When a worker is not ready in time, then it is ended', async () => {
    const { supervisor, last } = superviseFakes({ workers: 1 });
    void supervisor.start();
    mock.timers.tick(119_999);
    assert.deepEqual(last(0).told, []);
    mock.timers.tick(1);
    assert.deepEqual(last(0).told, ['SIGKILL']);
  });

  test('When a worker asks to be replaced, then it drains once its successor is ready', async () => {
    const { start, last, restarts, supervisor } = superviseFakes({ workers: 1 });
    await start();
    const old = last(0);
    old.say({ type: 'replace-me' });
    assert.notEqual(last(0), old);
    assert.deepEqual(old.told, []);
    last(0).say({ type: 'ready' });
    await settled();
    assert.deepEqual(old.told, ['drain replace']);
    assert.deepEqual(supervisor.counts(), { desired: 1, alive: 2, ready: 1, draining: 1 });
    old.die(0);
    assert.deepEqual(restarts, ['0 terminated']);
    assert.deepEqual(supervisor.counts(), { desired: 1, alive: 1, ready: 1, draining: 0 });
  });

  test('When a worker dies while its successor loads, then the successor takes over and no third one is forked', async () => {
    const { start, last, living, restarts, supervisor } = superviseFakes({ workers: 1 });
    await start();
    const old = last(0);
    old.say({ type: 'replace-me' });
    old.die();
    mock.timers.tick(60_000);
    assert.deepEqual(living(), [last(0)]);
    last(0).say({ type: 'ready' });
    await settled();
    assert.deepEqual(supervisor.serving(), [last(0)]);
    assert.deepEqual(restarts, ['0 crash']);
    last(0).die();
    mock.timers.tick(100);
    assert.equal(living().length, 1);
  });

  test('When a worker dies while its successor loads, and the successor dies too, then another is forked', async () => {
    const { start, last, living, forked } = superviseFakes({ workers: 1 });
    await start();
    const old = last(0);
    old.say({ type: 'replace-me' });
    old.die();
    last(0).die(1);
    assert.deepEqual(living(), []);
    mock.timers.tick(100);
    await settled();
    assert.equal(forked.length, 3);
    assert.deepEqual(living(), [last(0)]);
  });

  test('When a successor can not start, then the old worker stays and nobody else is forked', async () => {
    const { start, last, living, supervisor } = superviseFakes({ workers: 1 });
    await start();
    const old = last(0);
    const recycled = assert.rejects(supervisor.recycle(0, 'age'), /slot 0 could not start: no such model/);
    last(0).say({ type: 'start-failed', reason: 'no such model' });
    last(0).die(78);
    await recycled;
    mock.timers.tick(60_000);
    assert.deepEqual(living(), [old]);
    assert.deepEqual(old.told, []);
  });

  test('When two workers are to be recycled at once, then the second one stays', async () => {
    const { start, supervisor, forked } = superviseFakes();
    await start();
    void supervisor.recycle(0, 'memory');
    await supervisor.recycle(1, 'memory');
    assert.equal(forked.length, 3);
  });

  test('When the service is reloaded, then its slots are replaced one after the other', async () => {
    const { start, last, supervisor, forked, restarts } = superviseFakes();
    await start();
    const olds = [last(0), last(1)];
    const reloaded = supervisor.reload();
    await assert.rejects(supervisor.reload(), /a reload is under way/);
    for (const [slot, old] of olds.entries()) {
      assert.equal(forked.length, 3 + slot);
      last(slot).say({ type: 'ready' });
      await settled();
      assert.deepEqual(old.told, ['drain replace']);
      assert.equal(forked.length, 3 + slot, 'the old one is waited for');
      old.die(0);
      await settled();
    }
    await reloaded;
    assert.deepEqual(restarts, ['0 reload', '1 reload']);
  });

  test('When a successor of a reload can not start, then the reload fails and all old workers stay', async () => {
    const { start, last, supervisor, living } = superviseFakes();
    await start();
    const olds = [last(0), last(1)];
    const reloaded = assert.rejects(supervisor.reload(), /slot 0 could not start: ended with code 1/);
    last(0).die(1);
    await reloaded;
    assert.deepEqual(living(), olds);
  });

  test('When a later successor can not start, then slots that got a worker meanwhile get another after restoring', async () => {
    const { start, last, supervisor, forked } = superviseFakes({ workers: 3 });
    await start();
    const olds = [last(0), last(1), last(2)];
    let forkedBefore = 0;
    const reloaded = assert.rejects(
      supervisor.reload(() => {
        forkedBefore = forked.length;
      }),
      /slot 1 could not start: ended with code 1/,
    );
    last(0).say({ type: 'ready' });
    await settled();
    olds[0]?.die(0);
    olds[2]?.die(null, 'SIGKILL');
    mock.timers.tick(100);
    last(2).say({ type: 'ready' });
    await settled();
    last(1).die(1);
    for (const slot of [0, 2]) {
      await settled();
      const old = forked.findLast((worker) => worker.slot === slot && worker.state === 'ready');
      assert.ok(forked.indexOf(last(slot)) >= forkedBefore);
      last(slot).say({ type: 'ready' });
      await settled();
      old?.die(0);
    }
    await reloaded;
    assert.equal(supervisor.workers().find(({ worker }) => worker.slot === 1)?.worker, olds[1]);
    assert.deepEqual(supervisor.counts(), { desired: 3, alive: 3, ready: 3, draining: 0 });
  });

  test('When a slot waits to be respawned, then a reload forks its worker at once, and fails when that can not start', async () => {
    const { start, last, supervisor, forked, living } = superviseFakes({ workers: 1 });
    await start();
    last(0).die();
    const refused = assert.rejects(supervisor.reload(), /slot 0 could not start: ended with code 1/);
    assert.equal(forked.length, 2);
    last(0).die(1);
    await refused;

    const reloaded = supervisor.reload();
    assert.equal(forked.length, 3);
    mock.timers.tick(60_000);
    last(0).say({ type: 'ready' });
    await reloaded;
    assert.deepEqual(living(), [last(0)]);
  });

  test('When a slot is being replaced already, then a reload waits for that and replaces it again', async () => {
    const { start, last, supervisor, forked } = superviseFakes({ workers: 1 });
    await start();
    void supervisor.recycle(0, 'age');
    const recycled = last(0);
    const reloaded = supervisor.reload();
    assert.equal(forked.length, 2);
    recycled.say({ type: 'ready' });
    await settled();
    assert.equal(forked.length, 3);
    last(0).say({ type: 'ready' });
    await settled();
    assert.deepEqual(recycled.told, ['drain replace']);
    recycled.die(0);
    await reloaded;
  });

  test('When a slot’s worker dies while a reload loads its successor, then the reload is done with that', async () => {
    const { start, last, supervisor, living } = superviseFakes({ workers: 1 });
    await start();
    const old = last(0);
    const reloaded = supervisor.reload();
    old.die();
    last(0).say({ type: 'ready' });
    await reloaded;
    mock.timers.tick(60_000);
    assert.deepEqual(living(), [last(0)]);
  });

  test('When a worker that loads for the first time is replaced, then the start ends all the same', async () => {
    const { supervisor, last } = superviseFakes({ workers: 1 });
    const started = supervisor.start();
    const old = last(0);
    const reloaded = supervisor.reload();
    last(0).say({ type: 'ready' });
    await started;
    old.die(0);
    await reloaded;
  });

  test('When the service stops during a reload, then all drain, nobody is forked any more, and the reload fails', async () => {
    const { start, supervisor, last, forked } = superviseFakes();
    await start();
    last(1).die();
    const reloaded = assert.rejects(supervisor.reload(), /the service is stopping/);
    const stopped = supervisor.stop();
    const living = forked.filter(({ state }) => state !== 'gone');
    assert.deepEqual(
      living.map(({ told }) => told),
      [['drain shutdown'], ['drain shutdown']],
    );
    for (const worker of living) worker.die(0);
    await Promise.all([stopped, reloaded]);
    mock.timers.tick(60_000);
    assert.equal(forked.length, 3);
  });

  test('When the service stops and a worker does not leave, then it is killed before the drain time is over', async () => {
    const drainMs = 1000;
    const { start, supervisor, living } = superviseFakes({ drainMs });
    await start();
    const stopped = supervisor.stop();
    const [frozen, other] = living();
    other?.die(0);
    await settled();
    mock.timers.tick(drainMs - 1);
    assert.deepEqual(frozen?.told, ['drain shutdown', 'SIGKILL']);
    assert.deepEqual(other?.told, ['drain shutdown']);
    frozen?.die();
    await stopped;
  });

  test('When two workers are stuck, then the second one is ended once the first is replaced', async () => {
    const { start, last } = superviseFakes();
    await start();
    const stuck = { type: 'stuck', reason: 'a batch does not end' } as const;
    const [first, second] = [last(0), last(1)];
    first.say(stuck);
    second.say(stuck);
    assert.deepEqual([first.told, second.told], [['SIGKILL'], []]);
    first.die();
    second.say(stuck);
    mock.timers.tick(100);
    second.say(stuck);
    assert.deepEqual(second.told, []);
    last(0).say({ type: 'ready' });
    second.say(stuck);
    assert.deepEqual(second.told, ['SIGKILL']);
  });

  test('When a stuck worker has waited long for another to recover, then it is ended all the same', async () => {
    const { start, last } = superviseFakes();
    await start();
    last(0).die();
    last(1).stuckAt = performance.now() - 15_001;
    last(1).say({ type: 'stuck', reason: 'a batch does not end' });
    assert.deepEqual(last(1).told, ['SIGKILL']);
  });

  test('When the system starts no process, then that is a death like any other, told to nobody but the log', async () => {
    const known: number[] = [];
    const { start, last, forked, logs } = superviseFakes({
      workers: 1,
      stillborn: (id) => id === 2,
      onFork: ({ id }) => void known.push(id),
      onExit: ({ id }) => void known.push(-id),
    });
    await start();
    last(0).die();
    mock.timers.tick(100);
    last(0).die(null, null);
    assert.equal(logs.at(-1)?.fields.respawn_ms, 200);
    mock.timers.tick(200);
    assert.equal(forked.length, 3);
    assert.deepEqual(known, [1, -1, 3]);
  });
});
