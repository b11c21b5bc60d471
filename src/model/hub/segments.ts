/** A stretch of a file that is fetched by one request; [start, end) in bytes. */
export interface Segment {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** How many of its bytes are on disk. */
  done: number;
}

export function cutSegments(bytes: number, segmentBytes: number): Segment[] {
  const count = Math.max(1, Math.ceil(bytes / segmentBytes));
  return Array.from({ length: count }, (_, index) => ({
    index,
    start: index * segmentBytes,
    end: Math.min(bytes, (index + 1) * segmentBytes),
    done: 0,
  }));
}
