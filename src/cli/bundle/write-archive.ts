import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hashFile } from '../../model/hash-file.ts';
import { CliError } from '../cli-error.ts';

/** Graphs of onnxruntime for systems the service does not run on: 200 MB. */
const LEFT_OUT = ['darwin', 'win32'].map((system) => `node_modules/onnxruntime-node/bin/napi-v6/${system}`);

export interface ArchiveParts {
  readonly file: string;
  /** Folder that everything lies in once unpacked. */
  readonly folder: string;
  readonly root: string;
  /** Files and folders relative to `root`. */
  readonly paths: readonly string[];
  /** Files and folders added beside them, relative to a folder of their own. */
  readonly beside: { readonly root: string; readonly paths: readonly string[] };
}

/**
 * Writes a .tar.gz and its sum beside it (FILE.sha256); nothing is left when it fails.
 * @throws CliError with tar's own words.
 */
export async function writeArchive({ file, folder, root, paths, beside }: ArchiveParts) {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  try {
    const args = [
      ...[
        '--create',
        '--use-compress-program=gzip -1',
        '--file',
        part,
        '--owner=0',
        '--group=0',
        '--numeric-owner',
      ],
      // The service runs as another user than the one who unpacks.
      '--mode=u+rwX,go+rX,go-w',
      // Names of files and hard links, not the targets of symbolic links.
      `--transform=flags=rhS;s,^,${folder}/,`,
      ...LEFT_OUT.map((path) => `--exclude=${path}`),
      ...[
        '-C',
        beside.root,
        ...beside.paths,
        '-C',
        root,
        '--null',
        '--verbatim-files-from',
        '--files-from=-',
      ],
    ];
    const tar = spawn('tar', args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    tar.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    tar.stdin.on('error', () => undefined); // It ended early: its own words tell why.
    tar.stdin.end(paths.join('\0'));
    const [code] = await once(tar, 'close');
    if (code !== 0) throw failed(said.trim().split('\n')[0] ?? `exit code ${code}`);
    const sha256 = await hashFile(part);
    const { size: bytes } = await stat(part);
    await rename(part, file);
    await writeFile(`${file}.sha256`, `${sha256}  ${file.slice(dirname(file).length + 1)}\n`);
    return { sha256, bytes };
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof CliError) throw error;
    throw failed((error as Error).message);
  }
}

const failed = (reason: string) =>
  new CliError({ en: `the bundle can't be written: ${reason}`, zh: `无法写入离线包：${reason}` });
