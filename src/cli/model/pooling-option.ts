import { POOLING_MODES, type Pooling } from '../../model/build/pooling.ts';
import { usageError } from '../cli-error.ts';

/** --pooling MODE and --no-normalize → what the caller says, undefined when nothing. @throws CliError */
export function poolingOption(values: {
  readonly pooling?: string;
  readonly 'no-normalize'?: boolean;
}): Pooling | undefined {
  const { pooling, 'no-normalize': raw = false } = values;
  if (pooling === undefined) {
    if (raw)
      throw usageError('--no-normalize goes with --pooling', '--no-normalize 需要与 --pooling 一起使用');
    return undefined;
  }
  const mode = POOLING_MODES.find((known) => known === pooling);
  if (!mode)
    throw usageError(
      `--pooling ${pooling}: use ${POOLING_MODES.join(', ')}`,
      `--pooling ${pooling}：可用 ${POOLING_MODES.join('、')}`,
    );
  return { mode, normalize: !raw };
}
