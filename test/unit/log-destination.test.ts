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

test('When the reader of a pipe does not come after, then it is waited for once, and lines are dropped until it reads again', () => {
  let time = 0;
  let room = 0;
  let written = '';
  const destination = createLogDestination({
    write(bytes) {
      time += 100;
      if (room < bytes.length) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
      room -= bytes.length;
      written += bytes;
      return bytes.length;
    },
    tell: () => undefined,
    now: () => time,
  });
  const waited = (line: string) => {
    const before = time;
    destination.write(line);
    return time - before;
  };
  const first = waited('{"a":1}\n');
  assert.ok(first > 1000 && first < 2000);
  for (let i = 0; i < 5; i += 1) assert.equal(waited('{"b":2}\n'), 100);
  room = 1000;
  destination.write('{"c":3}\n');
  assert.equal(JSON.parse(written.split('\n')[0] ?? '').lost, 6);
  assert.match(written, /\n\{"c":3\}\n$/);
  room = 0;
  assert.ok(waited('{"d":4}\n') > 1000);
});
