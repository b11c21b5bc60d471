import { combine } from './combine.ts';

await combine('unit');
