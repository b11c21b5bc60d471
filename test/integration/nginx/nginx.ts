import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { renderNginx } from '../../../src/stack/render-nginx.ts';
import { loadStackSettings } from '../../../src/stack/settings.ts';
import { freePort } from '../../e2e/service.ts';

const binary = resolve(import.meta.dirname, '../../../var/tools/bin/nginx');

/** A test, or whoever else cleans up at its end. */
type Owner = Pick<TestContext, 'after'>;

export interface NginxOptions {
  readonly workers?: number;
  readonly env?: Record<string, string>;
  readonly deadlineMs?: number;
  readonly drainMs?: number;
  /** Folder of the slot sockets, where a real service runs. */
  readonly slotsDir?: string;
}

/** A rendered configuration in a folder of its own, before anything runs. */
export async function nginxFolder(t: Owner, options: NginxOptions = {}) {
  if (!existsSync(binary)) throw new Error('nginx is missing: run bash ops/fetch-tools.sh');
  const { workers = 2, env = {}, deadlineMs = 10_000, drainMs = 15_000 } = options;
  const home = mkdtempSync(join(tmpdir(), 'nginx-'));
  t.after(() => rmSync(home, { recursive: true }));
  const folders = { runDir: join(home, 'run'), logDir: join(home, 'log'), stateDir: join(home, 'state') };
  for (const folder of [...Object.values(folders), join(home, 'etc')]) mkdirSync(folder);
  const [port, status, tls] = [await freePort(), await freePort(), await freePort()];
  const ports = { NGINX_PORT: `${port}`, NGINX_STATUS_PORT: `${status}`, NGINX_TLS_PORT: `${tls}` };
  const settings = loadStackSettings({ ...ports, ...env });
  const service = {
    host: '127.0.0.1',
    port: 1,
    workers,
    deadlineMs,
    drainMs,
    runDir: options.slotsDir ?? folders.runDir,
  };
  const files = renderNginx({ service }, settings, folders, { asRoot: process.getuid?.() === 0 });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, 'etc', name), content);
  const args = ['-p', home, '-c', join(home, 'etc/nginx.conf'), '-e', join(home, 'log/error.log')];
  return {
    ...folders,
    args,
    port,
    statusPort: status,
    tlsPort: tls,
    origin: `http://127.0.0.1:${port}`,
    socket: (slot: number) => join(folders.runDir, `slot-${slot}.sock`),
    /** Lines of the access log once there are `count` of them. */
    async log(count: number): Promise<Record<string, unknown>[]> {
      for (;;) {
        const lines = readFileSync(join(folders.logDir, 'access.log'), 'utf8').split('\n').filter(Boolean);
        if (lines.length >= count) return lines.map((line) => JSON.parse(line));
        await new Promise((again) => setTimeout(again, 5));
      }
    },
  };
}

/** `nginx -t`: its exit code and what it said. */
export async function checkNginx(args: readonly string[]) {
  const child = spawn(binary, ['-t', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, said };
}

/** nginx on free ports, in front of slot sockets that the test provides. */
export async function startNginx(t: Owner, options: NginxOptions = {}) {
  const folder = await nginxFolder(t, options);
  const child = spawn(binary, ['-g', 'daemon off;', ...folder.args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  while (!(await canConnect(folder.port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`);
  }
  return { ...folder, child };
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  if (!outcome) await new Promise((again) => setTimeout(again, 10));
  return outcome;
}

/** A promise to be fulfilled from elsewhere. */
export function signal() {
  const events = new EventEmitter();
  const given = once(events, 'given');
  return { given, give: () => events.emit('given') };
}
