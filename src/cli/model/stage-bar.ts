import type { BuildProgress } from '../../model/build/progress.ts';
import type { TransferProgress } from '../../model/hub/progress-meter.ts';
import type { Call, Options } from '../command.ts';
import { createProgress, type Progress } from '../progress.ts';

/** One bar after the other: fetching (with rate and time left), building and trying each precision. */
export function createStageBar({ streams, say }: Pick<Call<Options>, 'streams' | 'say'>) {
  let stage = '';
  let bar: Progress | undefined;
  const show = (label: string, ratio: number, note: string) => {
    if (label !== stage) {
      bar?.end();
      bar = createProgress(streams, label);
      stage = label;
    }
    bar?.update(ratio, note);
  };
  return {
    update(progress: TransferProgress | BuildProgress) {
      if (progress.stage === 'fetch') {
        const { bytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
        const left = secondsLeft === undefined ? '' : ` ${say('left', '剩余')} ${clock(secondsLeft)}`;
        const note = `${mb(bytes)}/${mb(totalBytes)} MB ${(bytesPerSecond / 1e6).toFixed(1)} MB/s${left}`;
        show(say('fetching', '下载'), totalBytes > 0 ? bytes / totalBytes : 1, note);
      } else if (progress.stage === 'build')
        show(`${say('building', '转换')} ${progress.precision}`, progress.fraction, '');
      else if (progress.stage === 'measure')
        show(`${say('trying', '试运行')} ${progress.precision}`, progress.fraction, '');
      else bar?.end();
    },
    end: () => bar?.end(),
  };
}

const mb = (bytes: number) => (bytes / 1e6).toFixed(0);

/** Minutes and seconds, as 1:05. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
