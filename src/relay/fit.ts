import type { Block, Message } from './robot.ts';

/**
 * Draws as many blocks as fit into `maxBytes` of UTF-8, the most urgent first, and says how many were left out.
 * @param draw one block in the robot's markdown
 */
export function fitBlocks(
  { blocks }: Message,
  { maxBytes, separator }: { maxBytes: number; separator: string },
  draw: (block: Block) => string,
): string {
  const leftOut = (count: number) => `……另有 ${count} 条告警未列出`;
  const reserve = Buffer.byteLength(separator + leftOut(blocks.length));
  const parts: string[] = [];
  let bytes = 0;
  for (const block of blocks) {
    const part = draw(block);
    const more = Buffer.byteLength(part + separator);
    if (bytes + more > maxBytes - reserve) break;
    parts.push(part);
    bytes += more;
  }
  if (parts.length < blocks.length) parts.push(leftOut(blocks.length - parts.length));
  return parts.join(separator);
}

/** A title holding the word that the robot demands. */
export function withKeyword(title: string, keyword: string | undefined): string {
  return keyword === undefined || title.includes(keyword) ? title : `${keyword} ${title}`;
}
