// Brings up what stands around the service (nginx, Prometheus, Alertmanager, …) under the user's PM2, verifies it as a user
// would, and prints where to look. Arguments: the components to run, as ops/start.sh chose them.
import { resolve } from 'node:path';
import { loadConfig } from '../dist/config.js';
import { StartError } from '../dist/errors.js';
import { loadRelaySettings } from '../dist/relay/settings.js';
import { loadThresholds } from '../dist/rules/thresholds.js';
import { alertGap } from '../dist/stack/alert-gap.js';
import { COMPONENT_NAMES } from '../dist/stack/component.js';
import { stackPaths } from '../dist/stack/paths.js';
import { createPm2 } from '../dist/stack/pm2.js';
import { loadStackSettings } from '../dist/stack/settings.js';
import { startStack } from '../dist/stack/start-stack.js';
import { verifyStack } from '../dist/stack/verify/verify-stack.js';
import { releaseRoot } from './lib/release-root.js';

const PATIENCE_MS = 90_000;
const SAID = {
  started: 'started',
  restarted: 'restarted',
  reread: 'reread its configuration',
  untouched: 'running',
};

try {
  const root = releaseRoot(resolve(import.meta.dirname, '..'));
  const settings = loadStackSettings(process.env);
  const pm2 = createPm2(root);
  // What runs already belongs to the whole: Prometheus goes on scraping it, and it is verified again.
  const online = (await pm2.list()).filter(({ status }) => status === 'online').map(({ name }) => name);
  const context = {
    config: loadConfig(process.env),
    settings,
    paths: stackPaths(root, settings.STACK_DIR),
    components: COMPONENT_NAMES.filter(
      (name) =>
        process.argv.includes(name) || online.includes(name === 'service' ? 'gte-serve' : `gte-${name}`),
    ),
  };
  const started = await startStack(context, pm2, process.env);
  for (const { component, state } of started) console.log(`${component.name.padEnd(15)} ${SAID[state]}`);
  console.log();
  const good = await verifyStack(context, PATIENCE_MS, ({ what, seen, ok }) => {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}: ${seen}`);
  });
  if (context.components.includes('relay')) {
    const { robots } = loadRelaySettings(process.env);
    const { runbookBaseUrl } = loadThresholds(resolve(root, 'prometheus/thresholds.yaml'));
    const gap = alertGap(robots.length, runbookBaseUrl);
    if (gap) console.log(`note   ${gap}`);
  }
  const { host, port } = context.config.service;
  const pages = [
    ['service', `http://${host}:${port}/`],
    ['metrics', `http://${context.config.metrics.host}:${context.config.metrics.port}/`],
    ...(context.components.includes('nginx')
      ? [['through nginx', `http://${settings.NGINX_HOST}:${settings.NGINX_PORT}/`]]
      : []),
    ...started.flatMap(({ component }) =>
      component.page ? [[component.name, component.page(settings)]] : [],
    ),
  ];
  console.log();
  for (const [name, url] of pages) console.log(`${name.padEnd(15)} ${url}`);
  process.exitCode = good ? 0 : 1;
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`gte-serve: ${error.message}`);
  process.exitCode = 1;
}
