import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { hashFile } from '../../src/model/hash-file.ts';

const COMMIT = 'f'.repeat(40);

/** Speaks Hugging Face's protocol for one folder, from 127.0.0.1; every file counts as LFS. → its address */
export async function startFolderHub(dir: string, id: string): Promise<{ url: string; close(): void }> {
  const siblings: { rfilename: string; size: number; lfs: { sha256: string; size: number } }[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    siblings.push({
      rfilename: path.slice(dir.length + 1),
      size,
      lfs: { sha256: await hashFile(path), size },
    });
  }
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '', 'http://hub');
    if (pathname.startsWith(`/api/models/${id}/`))
      return void res
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ sha: COMMIT, siblings }));
    const file = siblings.find(({ rfilename }) => pathname === `/${id}/resolve/${COMMIT}/${rfilename}`);
    const [, from = 0, to = 0] = (/^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? []).map(Number);
    if (!file) return void res.writeHead(404).end();
    res.writeHead(206, {
      'content-length': to - from + 1,
      'content-range': `bytes ${from}-${to}/${file.size}`,
    });
    createReadStream(join(dir, file.rfilename), { start: from, end: to }).pipe(res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
