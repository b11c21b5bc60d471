import { combine } from './combine.ts';

await combine('test/integration/nginx', 'test/integration/relay', 'test/integration/alertmanager');
