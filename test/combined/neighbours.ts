import { combine } from './combine.ts';

for (const name of ['nginx', 'relay', 'alertmanager']) await combine(`test/integration/${name}`);
