// A line per app: name, PM2's word for its state, pid, and whether it answers. Exit code 1 when one of them does not, or
// the service was not started.
import { resolve } from 'node:path';
import { loadConfig } from '../dist/config.js';
import { reachedAt } from '../dist/host-and-port.js';
import { components } from '../dist/stack/components/index.js';
import { createPm2 } from '../dist/stack/pm2.js';
import { loadStackSettings } from '../dist/stack/settings.js';

const TIMEOUT_MS = 3000;
const settings = loadStackSettings(process.env);
const { service } = loadConfig(process.env);
const probes = [
  { app: 'gte-serve', url: `http://${reachedAt(service.host, service.port)}/readyz` },
  ...components.map((component) => ({ app: `gte-${component.name}`, url: component.ready(settings) })),
];
const apps = await createPm2(resolve(import.meta.dirname, '..')).list();

for (const { app, url } of probes) {
  const running = apps.find(({ name }) => name === app);
  if (!running) {
    console.log(`${app.padEnd(20)} not started`);
    if (app === 'gte-serve') process.exitCode = 1;
    continue;
  }
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => error);
  // Another program may answer at the port of an app that is stopped.
  const well = answer.ok === true && running.status === 'online';
  const said = well
    ? 'answers'
    : `does not answer at ${url} (${answer.status ?? answer.cause?.code ?? answer.name})`;
  console.log(`${app.padEnd(20)} ${running.status.padEnd(9)} pid ${String(running.pid).padEnd(8)} ${said}`);
  if (!well) process.exitCode = 1;
}
