import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly range: string | undefined;
}

export interface StandIn {
  readonly url: string;
  readonly storageUrl: string;
  /** Requests that reached the hub and the storage. */
  readonly seen: { hub: Seen[]; storage: Seen[] };
  /** Bytes that the storage sent. */
  sent: number;
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly files: Readonly<Record<string, Buffer>>;
  readonly id?: string;
  /** Of the hub; any free one when left out. */
  readonly port?: number;
  /** Answers a request to the hub in its own way; true when it did. */
  readonly hub?: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** Answers a request to the storage in its own way; true when it did. */
  readonly storage?: (req: IncomingMessage, res: ServerResponse, content: Buffer, from: number) => boolean;
  /** What the storage holds, when not what the hub lists. */
  readonly stored?: (path: string, content: Buffer) => Buffer;
}

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
export const gitSha1 = (content: Buffer) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/** As on Hugging Face, weights are LFS files in a storage of their own, and small files come from git. */
const isLarge = (path: string) => /\.(safetensors|bin|onnx)$/.test(path);

/**
 * Speaks both hubs' protocols on one port of 127.0.0.1; its storage is on another, so that redirects cross origins.
 */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { files, id = 'org/tiny' } = options;
  const seen: StandIn['seen'] = { hub: [], storage: [] };
  const standIn = { seen, sent: 0 } as { -readonly [Key in keyof StandIn]: StandIn[Key] };
  const note = (req: IncomingMessage): Seen => ({
    url: req.url ?? '',
    authorization: req.headers.authorization,
    cookie: req.headers.cookie,
    range: req.headers.range,
  });

  const give = (
    req: IncomingMessage,
    res: ServerResponse,
    content: Buffer,
    headers: Record<string, string>,
  ) => {
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? [];
    const end = to === '' ? content.length : Number(to) + 1;
    const slice = content.subarray(Number(from), end);
    res.writeHead(req.headers.range ? 206 : 200, {
      ...headers,
      'content-length': slice.length,
      ...(req.headers.range && { 'content-range': `bytes ${from}-${end - 1}/${content.length}` }),
    });
    res.end(slice);
    return slice.length;
  };

  const storage = createServer((req, res) => {
    seen.storage.push(note(req));
    const path = decodeURIComponent((req.url ?? '').replace(/^\/blobs\//, '').replace(/\?.*/, ''));
    const listed = files[path];
    if (!listed) return void res.writeHead(404).end();
    const content = options.stored?.(path, listed) ?? listed;
    const from = Number(/^bytes=(\d+)/.exec(req.headers.range ?? '')?.[1] ?? 0);
    if (options.storage?.(req, res, content, from)) return;
    standIn.sent += give(req, res, content, { etag: '"storage-has-its-own"' });
  });

  const hub = createServer((req, res) => {
    seen.hub.push(note(req));
    if (options.hub?.(req, res)) return;
    const url = new URL(req.url ?? '', 'http://hub');
    const json = (value: unknown) =>
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const toStorage = (path: string, content: Buffer) =>
      res
        .writeHead(302, {
          location: `${standIn.storageUrl}/blobs/${encodeURIComponent(path)}?signature=1`,
          etag: `"${sha256(content)}"`,
          'x-linked-etag': `"${sha256(content)}"`,
          'x-linked-size': String(content.length),
          'x-repo-commit': COMMIT,
        })
        .end();

    if (url.pathname === `/api/models/${id}/revision/main`) {
      const siblings = Object.entries(files).map(([rfilename, content]) => ({
        rfilename,
        size: content.length,
        blobId: gitSha1(content),
        ...(isLarge(rfilename) && {
          lfs: { sha256: sha256(content), size: content.length, pointerSize: 134 },
        }),
      }));
      return void json({ id, sha: COMMIT, private: false, gated: false, siblings });
    }
    const resolved = new RegExp(`^/${id}/resolve/${COMMIT}/(.+)$`).exec(url.pathname)?.[1];
    if (resolved !== undefined) {
      const path = decodeURIComponent(resolved);
      const content = files[path];
      if (!content) return void res.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
      if (isLarge(path)) return void toStorage(path, content);
      return void give(req, res, content, { etag: `"${gitSha1(content)}"`, 'x-repo-commit': COMMIT });
    }
    if (url.pathname === `/api/v1/models/${id}/repo/files`) {
      const Files = Object.entries(files).map(([Path, content]) => ({
        Name: Path.split('/').at(-1),
        Path,
        Type: 'blob',
        Size: content.length,
        Sha256: sha256(content),
        IsLFS: isLarge(Path),
      }));
      Files.push({ Name: '1_Pooling', Path: '1_Pooling', Type: 'tree', Size: 0, Sha256: '', IsLFS: false });
      return void json({ Code: 200, Data: { Files }, Message: 'success', Success: true });
    }
    if (url.pathname === `/api/v1/models/${id}/repo`) {
      const path = url.searchParams.get('FilePath') ?? '';
      const content = files[path];
      if (!content) return void res.writeHead(404).end('{"Code":10010205001}');
      return void (isLarge(path) ? toStorage(path, content) : give(req, res, content, {}));
    }
    res.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end();
  });

  standIn.storageUrl = await listen(storage);
  standIn.url = await listen(hub, options.port);
  standIn.close = async () => {
    for (const server of [hub, storage]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  };
  return standIn;
}

export async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
