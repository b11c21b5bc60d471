import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../errors.ts';
import { listen } from '../listen.ts';
import type { App, Component, StackContext } from './component.ts';
import { components } from './components/index.ts';
import { configure } from './configure.ts';
import type { Pm2 } from './pm2.ts';
import { quit } from './quit.ts';
import { writeChanged } from './write-changed.ts';

const READY_MS = 60_000;
/** As long as nginx lets its own workers answer (worker_shutdown_timeout), and a little more. */
const QUIT_MS = 22_000;

export interface Started {
  readonly component: Component;
  readonly state: 'started' | 'restarted' | 'reread' | 'untouched';
}

/**
 * Brings up what `context.components` names: writes each one's configuration, has it checked, then starts, restarts or
 * tells to reread what changed, and leaves alone what did not.
 * @param env what PM2 hands on to its apps; a change of RELAY_* restarts the relay
 * @throws StartError naming the component and what is in its way
 */
export async function startStack(
  context: StackContext,
  pm2: Pm2,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Started[]> {
  const wanted = components.filter(({ name }) => context.components.includes(name));
  const known = readApps(context.paths.etc);
  const running = new Map((await pm2.list()).map((app) => [app.name, app]));
  const started: Started[] = [];
  for (const component of wanted) {
    const filesChanged = await configure(component, context);
    const app: App = { ...component.app(context), env: envOf(component, context, env) };
    const before = known[app.name];
    const present = running.get(app.name);
    const outdated = JSON.stringify(before) !== JSON.stringify(app) || (filesChanged && !component.rereads);
    if (present?.status === 'online' && !outdated) {
      if (filesChanged) await pm2.signal('SIGHUP', app.name);
      started.push({ component, state: filesChanged ? 'reread' : 'untouched' });
      continue;
    }
    await checkPorts(component, context, present?.status === 'online' ? portsOf(before) : {});
    if (present) {
      if (component.quits && present.pid > 0) await quit(present.pid, QUIT_MS);
      await pm2.delete(app.name);
    }
    known[app.name] = app;
    writeChanged(context.paths.etc, {
      'pm2.json': `${JSON.stringify({ apps: Object.values(known) }, null, 2)}\n`,
    });
    await pm2.start(join(context.paths.etc, 'pm2.json'), app.name);
    started.push({ component, state: present ? 'restarted' : 'started' });
  }
  await Promise.all(wanted.map((component) => untilReady(component, context)));
  return started;
}

type Ports = Readonly<Record<string, number>>;

/** @param own the ports it listens on already */
async function checkPorts({ name, ports }: Component, { settings }: StackContext, own: Ports): Promise<void> {
  for (const [setting, port] of Object.entries(ports(settings))) {
    if (Object.values(own).includes(port)) continue;
    const server = createServer();
    try {
      await listen(server, { host: '127.0.0.1', port }, `port ${port}`);
    } catch (error) {
      const way = `set ${setting} to a free one, or start with --without ${name}`;
      throw new StartError(`${(error as Error).message}: ${way}`, error);
    }
    await new Promise((closed) => server.close(closed));
  }
}

function portsOf(app: App | undefined): Ports {
  const { STACK_PORTS = '{}' } = (app?.env ?? {}) as Record<string, string>;
  return JSON.parse(STACK_PORTS) as Ports;
}

async function untilReady(component: Component, { settings, paths }: StackContext): Promise<void> {
  const url = component.ready(settings);
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new StartError(
    `${component.name} does not answer at ${url}; see ${join(paths.log, `gte-${component.name}.log`)}`,
  );
}

/**
 * A change of ports needs a restart, even of what rereads its files. The relay is code of the release, configured by its
 * environment and a file it reads once: a fingerprint makes their changes visible.
 */
function envOf(
  component: Component,
  context: StackContext,
  env: Readonly<Record<string, string | undefined>>,
) {
  const ports = JSON.stringify(component.ports(context.settings));
  const own = { ...(component.app(context).env as object | undefined), STACK_PORTS: ports };
  if (component.name !== 'relay') return own;
  const settings = Object.entries(env).filter(([name]) => name.startsWith('RELAY_'));
  const file = resolve(context.paths.root, env.RELAY_ROBOTS_FILE || 'var/etc/robots.yaml');
  const hash = createHash('sha256').update(JSON.stringify([realpathSync(context.paths.root), settings]));
  if (existsSync(file)) hash.update(readFileSync(file));
  return { ...own, STACK_FINGERPRINT: hash.digest('hex') };
}

function readApps(etc: string): Record<string, App> {
  try {
    const { apps } = JSON.parse(readFileSync(join(etc, 'pm2.json'), 'utf8')) as { apps: App[] };
    return Object.fromEntries(apps.map((app) => [app.name, app]));
  } catch {
    return {};
  }
}
