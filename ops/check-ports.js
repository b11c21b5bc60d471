// Says in one sentence who has a port that the service is about to take; ends with 1 then. Needs no build.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const { env } = process;
const wanted = [
  ['GTE_PORT', env.GTE_HOST || '127.0.0.1', Number(env.GTE_PORT || 5000)],
  ['GTE_METRICS_PORT', env.GTE_METRICS_HOST || '127.0.0.1', Number(env.GTE_METRICS_PORT || 9090)],
];

/** ` by NAME (pid N)`, where `ss` is installed and the process may be seen. */
function holder(port) {
  const { stdout } = spawnSync('ss', ['-Hltnp', `sport = :${port}`], { encoding: 'utf8' });
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(stdout ?? '') ?? [];
  return name ? ` by ${name} (pid ${pid})` : '';
}

for (const [setting, host, port] of wanted) {
  // What is no port is named by the service itself.
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) continue;
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    server.close();
  } catch (error) {
    if (error.code !== 'EADDRINUSE') continue;
    console.error(
      `gte-serve: port ${port} is taken${holder(port)}: stop that, or set ${setting} to a free port`,
    );
    process.exitCode = 1;
  }
}
