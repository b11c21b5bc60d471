import type { ServerResponse } from 'node:http';

/** Bytes waiting for a viewer above which it gets no more frames until it has read them. */
const MAX_WAITING_BYTES = 64 * 1024;
/** Frames a viewer may miss in a row before it is cut off; its browser connects anew. */
const MAX_MISSED_FRAMES = 15;

export interface Viewers {
  readonly count: number;
  /** Begins an event stream with `hello`; undefined when there are `max` viewers already. */
  add(response: ServerResponse, hello: string): void;
  readonly full: boolean;
  /** Writes one event, serialised once, to every viewer that keeps up. */
  send(event: string): void;
  close(): void;
}

/** Browsers that watch. One that reads slowly misses frames, so that nothing piles up in memory. */
export function createViewers(max: number): Viewers {
  const missed = new Map<ServerResponse, number>();

  function drop(response: ServerResponse): void {
    missed.delete(response);
    response.destroy();
  }

  return {
    get count() {
      return missed.size;
    },
    get full() {
      return missed.size >= max;
    },
    add(response, hello) {
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        // nginx would hold frames back until its buffer is full.
        'X-Accel-Buffering': 'no',
      });
      missed.set(response, 0);
      response.once('close', () => missed.delete(response));
      response.on('error', () => drop(response));
      response.write(hello);
    },
    send(event) {
      const bytes = Buffer.from(event);
      for (const [response, misses] of missed) {
        if (response.writableLength > MAX_WAITING_BYTES) {
          if (misses + 1 > MAX_MISSED_FRAMES) drop(response);
          else missed.set(response, misses + 1);
          continue;
        }
        if (misses > 0) missed.set(response, 0);
        response.write(bytes);
      }
    },
    close() {
      for (const response of missed.keys()) response.end();
    },
  };
}

/** One server-sent event; JSON holds no line breaks. */
export function serverSentEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
