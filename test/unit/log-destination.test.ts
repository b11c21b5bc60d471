import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogDestination } from '../../src/log-destination.ts';

function setUp() {
  const disk = { text: '', room: Infinity, code: 'ENOSPC' };
  const told: string[] = [];
  let time = 0;
  const destination = createLogDestination({
    write(bytes) {
      const fits = Math.min(bytes.length, disk.room - disk.text.length);
      if (fits <= 0) throw Object.assign(new Error(disk.code), { code: disk.code });
      disk.text += bytes.subarray(0, fits).toString();
      return fits;
    },
    tell: (sentence) => told.push(sentence),
    now: () => time,
  });
  return { disk, told, write: (line: string) => destination.write(line), wait: (ms: number) => (time += ms) };
}

test('When lines fit, then they are written as they are', () => {
  const { disk, write } = setUp();
  write('{"a":1}\n');
  write('{"b":2}\n');
  assert.equal(disk.text, '{"a":1}\n{"b":2}\n');
});

test('When the disk is full, then nothing is thrown, stderr is told once a minute, and later the log says how many are missing', () => {
  const { disk, told, write, wait } = setUp();
  disk.room = 12;
  write('{"a":1}\n');
  for (let i = 0; i < 5; i += 1) write('{"b":2}\n');
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /ENOSPC/);
  wait(60_000);
  write('{"b":2}\n');
  assert.equal(told.length, 2);
  disk.room = Infinity;
  write('{"c":3}\n');
  const lines = disk.text.split('\n').filter(Boolean);
  assert.deepEqual([lines[0], lines[1], lines[3]], ['{"a":1}', '{"b"', '{"c":3}']);
  assert.equal(JSON.parse(lines[2] ?? '').lost, 6);
});

test('When the reader of a pipe does not come after, then the line is dropped in the end', () => {
  let time = 0;
  const destination = createLogDestination({
    write() {
      time += 100;
      throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
    },
    tell: () => undefined,
    now: () => time,
  });
  destination.write('{}\n');
  assert.ok(time > 1000 && time < 2000);
});
