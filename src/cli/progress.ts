import type { Streams } from './command.ts';
import { width } from './width.ts';

export interface Progress {
  /** @param ratio done, 0 to 1 */
  update(ratio: number, note: string): void;
  /** Clears the bar. */
  end(): void;
}

const CELLS = 24;
const PLAIN_STEP = 0.1;

/** On standard error: a bar that redraws itself on a terminal, elsewhere a plain line each tenth. */
export function createProgress({ stderr }: Streams, label: string): Progress {
  let plainAt = 0;
  return {
    update(ratio, note) {
      const done = Math.min(1, Math.max(0, ratio));
      if (stderr.isTTY) {
        const filled = Math.round(done * CELLS);
        const line = `${label} ${'█'.repeat(filled)}${'░'.repeat(CELLS - filled)} ${Math.round(done * 100)} % ${note}`;
        stderr.write(`\r\u001b[2K${fit(line, (stderr.columns ?? 80) - 1)}`);
      } else if (done >= plainAt) {
        plainAt = Math.floor(done / PLAIN_STEP + 1) * PLAIN_STEP;
        stderr.write(`${label} ${Math.round(done * 100)} % ${note}\n`);
      }
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\u001b[2K');
    },
  };
}

function fit(line: string, cells: number): string {
  let cut = line;
  while (width(cut) > cells) cut = [...cut].slice(0, -1).join('');
  return cut;
}
