// Preload of tests and scripts: TypeScript in the main thread and, unlike with `--import tsx`, in worker threads.
import { register } from 'tsx/esm/api';

register();
