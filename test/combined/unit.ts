import { combine } from './combine.ts';

await combine('test/unit');
