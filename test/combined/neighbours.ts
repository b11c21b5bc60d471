import { combine } from './combine.ts';

await combine('neighbours');
