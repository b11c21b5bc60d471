// A worker's stand-in in a process of its own, to be killed or frozen: answers POST at once, or, where the path ends in
// /hold, never.
import { renameSync } from 'node:fs';
import { createServer } from 'node:http';

const [socket, name] = process.argv.slice(2);
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    process.send({ url: request.url });
    if (!request.url.endsWith('/hold')) response.end(JSON.stringify({ name }));
  });
});
server.keepAliveTimeout = 20_000;
server.listen(`${socket}.${process.pid}`, () => {
  renameSync(`${socket}.${process.pid}`, socket);
  process.send('ready');
});
process.on('disconnect', () => process.exit());
