import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProgressMeter, type TransferProgress } from '../../../src/model/hub/progress-meter.ts';

describe('progress meter', () => {
  const start = (total: number) => {
    const reports: TransferProgress[] = [];
    let ms = 0;
    const meter = createProgressMeter(
      total,
      (report) => reports.push(report),
      () => ms,
    );
    return { reports, meter, pass: (by: number) => (ms += by) };
  };

  it('When bytes come evenly, then rate and time left are right', () => {
    const { reports, meter, pass } = start(10_000);
    for (let i = 0; i < 5; i += 1) {
      pass(1000);
      meter.add(1000);
    }
    const { bytes, bytesPerSecond, secondsLeft } = reports.at(-1) as TransferProgress;
    assert.deepEqual(
      { bytes, bytesPerSecond, secondsLeft },
      { bytes: 5000, bytesPerSecond: 1000, secondsLeft: 5 },
    );
  });

  it('When the rate changes, then ten seconds later only the new one counts', () => {
    const { reports, meter, pass } = start(1_000_000);
    for (let i = 0; i < 10; i += 1) {
      pass(1000);
      meter.add(10_000);
    }
    for (let i = 0; i < 20; i += 1) {
      pass(1000);
      meter.add(100);
    }
    assert.equal(reports.at(-1)?.bytesPerSecond, 100);
  });

  it('When an earlier run had fetched some, then they count as done but not as speed', () => {
    const { reports, meter, pass } = start(10_000);
    meter.resume(8000);
    pass(1000);
    meter.add(500);
    assert.equal(reports.at(-1)?.bytes, 8500);
    assert.equal(reports.at(-1)?.bytesPerSecond, 500);
    assert.equal(reports.at(-1)?.secondsLeft, 3);
  });

  it('When many chunks come at once, then it reports four times a second at most', () => {
    const { reports, meter, pass } = start(10_000);
    for (let i = 0; i < 1000; i += 1) {
      pass(1);
      meter.add(1);
    }
    assert.equal(reports.length, 4);
  });
});
