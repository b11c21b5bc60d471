import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const END_BYTES = 22;

/** The files of a jar (a zip archive, compressed or stored, below 4 GB) by name, each unpacked when it is asked for. */
export function jarFiles(jar: Buffer): Map<string, () => Buffer> {
  let end = jar.length - END_BYTES;
  while (end >= 0 && jar.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('no jar: its directory is missing');
  const files = new Map<string, () => Buffer>();
  let at = jar.readUInt32LE(end + 16);
  for (let left = jar.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (jar.readUInt32LE(at) !== CENTRAL) throw new Error('damaged jar: its directory is cut short');
    const method = jar.readUInt16LE(at + 10);
    const size = jar.readUInt32LE(at + 20);
    const nameBytes = jar.readUInt16LE(at + 28);
    const header = jar.readUInt32LE(at + 42);
    const content = () => {
      const from = header + 30 + jar.readUInt16LE(header + 26) + jar.readUInt16LE(header + 28);
      const stored = jar.subarray(from, from + size);
      return method === 0 ? stored : inflateRawSync(stored);
    };
    files.set(jar.toString('utf8', at + 46, at + 46 + nameBytes), content);
    at += 46 + nameBytes + jar.readUInt16LE(at + 30) + jar.readUInt16LE(at + 32);
  }
  return files;
}
