import { combine } from './combine.ts';

await combine('test/integration', { recursive: false });
await combine('test/integration/api');
