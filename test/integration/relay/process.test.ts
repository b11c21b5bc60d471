import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../e2e/service.ts';
import { dingtalkRobot, startRobot } from './fake-robots.ts';
import { notificationOf } from './relay.ts';

const root = resolve(import.meta.dirname, '../../..');
const SECRET = 'SECsecretsecret';
const TOKEN = 'tokentokentoken';

/** The relay as PM2 runs it; `output` is all it wrote. */
function relayProcess(t: TestContext, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, 'dist/relay/main.js')], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
  return { child, output: () => output };
}

test('When the robots file names a robot, then alerts reach it, its secrets are logged nowhere, and SIGTERM ends with 0', async (t) => {
  const chat = await startRobot(dingtalkRobot({ token: TOKEN, secret: 'SECanothersecret' }));
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  t.after(async () => {
    chat.close();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, 'robots.yaml');
  const robot = `{ name: oncall, kind: dingtalk, url: '${chat.origin}/robot/send?access_token=${TOKEN}', secret: ${SECRET} }`;
  await writeFile(file, `robots:\n  - ${robot}\n`);
  await chmod(file, 0o644);
  const port = await freePort();
  const { child, output } = relayProcess(t, { RELAY_PORT: String(port), RELAY_ROBOTS_FILE: file });
  assert.deepEqual(await once(child, 'message'), ['ready', undefined]);
  await fetch(`http://127.0.0.1:${port}/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(notificationOf({})),
  });
  await chat.got(1);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.match(output(), /notification refused/);
  assert.match(output(), /can be read by others/);
  assert.doesNotMatch(output(), new RegExp(`${TOKEN}|${SECRET}`));
});

test('When a setting is wrong, then the relay ends with 78 and names it without its value', async (t) => {
  const { child, output } = relayProcess(t, { RELAY_DINGTALK_URL: 'not-an-address-but-secret' });
  assert.deepEqual(await once(child, 'exit'), [78, null]);
  assert.match(output(), /^alert-relay: wrong setting .*url/);
  assert.doesNotMatch(output(), /not-an-address/);
});

test('When its port is taken, then the relay ends with 78 and names the port', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { child, output } = relayProcess(t, { RELAY_PORT: String(port) });
  assert.deepEqual(await once(child, 'exit'), [78, null]);
  assert.match(output(), new RegExp(`port ${port} on 127.0.0.1 is taken`));
});
