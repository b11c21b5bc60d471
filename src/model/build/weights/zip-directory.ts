import type { FileHandle } from 'node:fs/promises';
import { ModelError } from '../../model-error.ts';
import { readRange } from './read-range.ts';

/** A stored (not compressed) file in a zip archive. */
export interface ZipEntry {
  readonly headerOffset: number;
  readonly size: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const MAX_DIRECTORY_BYTES = 64 << 20;
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffffffff;

/**
 * Reads the central directory of a zip archive whose files are all stored, as torch.save writes it (zip64 included).
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @throws ModelError when it is no such archive or its parts don't fit together.
 */
export async function readZipDirectory(file: FileHandle, path: string): Promise<Map<string, ZipEntry>> {
  const damaged = (reason: string) => new ModelError(`${path} is damaged: ${reason}`);
  const { size: fileSize } = await file.stat();
  const { count, offset, bytes } = await findDirectory(file, fileSize, path);
  if (bytes > MAX_DIRECTORY_BYTES || offset + bytes > fileSize)
    throw damaged('its zip directory lies outside of it');
  const directory = await readRange(file, offset, bytes, path);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes || directory.readUInt32LE(at) !== CENTRAL)
      throw damaged('its zip directory is cut short');
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const next = at + 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32);
    if (next > bytes) throw damaged('its zip directory is cut short');
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    if (method !== 0 || flags & 1) throw damaged(`${name} in it is compressed or encrypted`);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const [size, stored, headerOffset] = widen(extra, [
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    ]);
    if (size !== stored || headerOffset + 30 + nameBytes + size > fileSize)
      throw damaged(`${name} in it lies outside of it`);
    if (entries.has(name)) throw damaged(`${name} stands in it twice`);
    entries.set(name, { headerOffset, size });
    at = next;
  }
  return entries;
}

/** The offset of an entry's content. */
export async function contentOffset(file: FileHandle, entry: ZipEntry, path: string): Promise<number> {
  const header = await readRange(file, entry.headerOffset, 30, path);
  if (header.readUInt32LE(0) !== LOCAL) throw new ModelError(`${path} is damaged: a zip entry has no header`);
  return entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function findDirectory(file: FileHandle, fileSize: number, path: string) {
  const tailBytes = Math.min(fileSize, END_BYTES + MAX_COMMENT);
  const tail = await readRange(file, fileSize - tailBytes, tailBytes, path);
  let at = tailBytes - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
  if (at < 0) throw new ModelError(`${path} is cut short or no zip archive`);
  const place = {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (place.count !== UNKNOWN_16 && place.bytes !== UNKNOWN_32 && place.offset !== UNKNOWN_32) return place;
  if (at < 20 || tail.readUInt32LE(at - 20) !== END64_LOCATOR)
    throw new ModelError(`${path} is damaged: its zip64 directory is missing`);
  const end64 = await readRange(file, Number(tail.readBigUInt64LE(at - 12)), 56, path);
  if (end64.readUInt32LE(0) !== END64)
    throw new ModelError(`${path} is damaged: its zip64 directory is missing`);
  return {
    count: Number(end64.readBigUInt64LE(32)),
    bytes: Number(end64.readBigUInt64LE(40)),
    offset: Number(end64.readBigUInt64LE(48)),
  };
}

/** Replaces what does not fit 32 bits by what the zip64 field (1) holds, in this order. */
function widen(extra: Buffer, narrow: [number, number, number]): [number, number, number] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      let from = at + 4;
      const wide = narrow.map((value) => {
        if (value !== UNKNOWN_32 || from + 8 > Math.min(extra.length, at + 4 + length)) return value;
        from += 8;
        return Number(extra.readBigUInt64LE(from - 8));
      });
      return wide as [number, number, number];
    }
    at += 4 + length;
  }
  return narrow;
}
