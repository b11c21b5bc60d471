// A worker's stand-in for bench/balancing.ts: one request at a time, each for as long as its X-Work-Ms says, on the shared
// port and on the slot's socket.
import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { SHARED_PORT, SLOT_SOCKET = '' } = process.env;
let queue = Promise.resolve();

for (const address of [
  { port: Number(SHARED_PORT), host: '127.0.0.1' },
  { path: `${SLOT_SOCKET}.own`, exclusive: true },
]) {
  const server = createServer({ keepAliveTimeout: 20_000 }, (request, response) => {
    request.resume();
    queue = queue.then(() => sleep(Number(request.headers['x-work-ms']))).then(() => void response.end('{}'));
  });
  server.listen(address, () => {
    if ('path' in address) renameSync(address.path, SLOT_SOCKET);
    process.send?.('listening');
  });
}
