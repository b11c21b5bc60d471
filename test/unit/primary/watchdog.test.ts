import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWatchdog } from '../../../src/primary/watchdog.ts';

function setUp(...ages: number[]) {
  return setUpWith({ hangMs: 2000 }, ...ages);
}

function setUpWith({ hangMs }: { hangMs: number }, ...ages: number[]) {
  let time = 100_000;
  let busy = false;
  const workers = ages.map((age, slot) => ({ slot, lastPushAt: time - age }));
  const hung: number[] = [];
  const watchdog = createWatchdog({
    workers: () => workers,
    hangMs,
    busy: () => busy,
    onHung: ({ slot }) => hung.push(slot),
    now: () => time,
  });
  return {
    workers,
    hung,
    setBusy: (value: boolean) => {
      busy = value;
    },
    after(ms: number) {
      time += ms;
      watchdog.tick();
    },
  };
}

test('When all workers push, then none is hung', () => {
  const { after, hung } = setUp(0, 200);
  after(250);
  assert.deepEqual(hung, []);
});

test('When workers are silent for too long, then the most silent one is hung, one at a time', () => {
  const { after, hung, setBusy } = setUp(2100, 2500);
  after(250);
  setBusy(true);
  after(250);
  assert.deepEqual(hung, [1]);
});

test('When the primary itself stood still, then silence says nothing until a full limit has passed again', () => {
  const { after, hung } = setUp(0);
  after(60_000);
  assert.deepEqual(hung, []);
  for (let ms = 0; ms <= 2000; ms += 250) after(250);
  assert.deepEqual(hung, [0]);
});

test('When the limit is short, then a standstill of half of it already counts as the primary’s own', () => {
  const { after, hung } = setUpWith({ hangMs: 500 }, 300);
  after(251);
  assert.deepEqual(hung, []);
  after(249);
  after(249);
  assert.deepEqual(hung, []);
  after(10);
  assert.deepEqual(hung, [0]);
});

test('When a slot does not come back, then a hung worker elsewhere waits ten times the limit and is ended all the same', () => {
  const { after, hung, setBusy } = setUp(0);
  setBusy(true);
  for (let ms = 0; ms < 20_000; ms += 250) after(250);
  assert.deepEqual(hung, []);
  after(250);
  assert.deepEqual(hung, [0]);
});
