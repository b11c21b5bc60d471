import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unavailable } from '../cli-error.ts';

const LINES_A_REPORT = 1000;

/**
 * The log and its rotated forms (PATH.1, PATH-20260101, PATH.2.gz), oldest first; those last written before `sinceSeconds`
 * (Unix time) are left out.
 * @throws CliError when there is none
 */
export async function logFiles(path: string, sinceSeconds: number): Promise<string[]> {
  const folder = dirname(path);
  const name = basename(path);
  const names = await readdir(folder).catch(() => [] as string[]);
  const found = names.filter(
    (file) => file === name || file.startsWith(`${name}.`) || file.startsWith(`${name}-`),
  );
  if (found.length === 0)
    throw unavailable(
      `nginx's access log ${path} is missing; name it with --log (nginx must log in the gte_json format)`,
      `找不到 nginx 访问日志 ${path}；请用 --log 指明（nginx 须使用 gte_json 格式）`,
    );
  const files = await Promise.all(
    found.map(async (file) => ({
      path: join(folder, file),
      writtenMs: (await stat(join(folder, file))).mtimeMs,
    })),
  );
  return files
    .filter(({ writtenMs }) => writtenMs >= sinceSeconds * 1000)
    .sort((a, b) => a.writtenMs - b.writtenMs)
    .map((file) => file.path);
}

/** Lines of a plain or gzipped file, read as a stream; `onRead` is told now and then how many bytes of it are read. */
export async function* linesOf(path: string, onRead?: (bytes: number) => void): AsyncGenerator<string> {
  const file = createReadStream(path);
  let count = 0;
  try {
    const lines = createInterface({
      // What goes wrong is thrown where the lines are read.
      input: path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file,
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    for await (const line of lines) {
      if (count++ % LINES_A_REPORT === 0) onRead?.(file.bytesRead);
      yield line;
    }
  } catch (error) {
    const reason = (error as Error).message;
    throw unavailable(`${path} can't be read: ${reason}`, `${path} 无法读取：${reason}`);
  } finally {
    file.destroy();
  }
}
