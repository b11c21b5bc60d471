import { closeSync, openSync } from 'node:fs';
import type { Logger } from '../logger.ts';

const LOOK_MS = 1000;
/** EMFILE: the process may open no more (`ulimit -n`); ENFILE: the machine may not. */
const USED_UP = new Set(['EMFILE', 'ENFILE']);

const openOne = () => closeSync(openSync('/dev/null', 'r'));

/**
 * Says when file descriptors run out and when there are some again. Node.js tells nobody: libuv accepts a connection that
 * has no descriptor and closes it (uv__emfile_trick), so the only sign is that something can't be opened.
 */
export function createDescriptorWatch({
  logger,
  open = openOne,
}: {
  logger: Pick<Logger, 'error' | 'info'>;
  open?: () => void;
}) {
  let usedUp = false;
  const look = () => {
    const before = usedUp;
    try {
      open();
      usedUp = false;
    } catch (error) {
      usedUp = USED_UP.has((error as NodeJS.ErrnoException).code ?? '');
    }
    if (usedUp && !before)
      logger.error('out of file descriptors: new connections are closed; raise the limit (ulimit -n)');
    if (before && !usedUp) logger.info('file descriptors are free again');
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    look,
    start() {
      timer = setInterval(look, LOOK_MS).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
