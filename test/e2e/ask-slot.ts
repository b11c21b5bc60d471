import { type ClientRequest, request as httpRequest } from 'node:http';
import { join } from 'node:path';

export interface SlotAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on what they expect to be there
  readonly json: any;
}

export interface SlotOptions {
  readonly runDir: string;
  readonly slot: number;
  readonly headers?: Record<string, string>;
}

const BODY = JSON.stringify({ task_type: 'sentiment', input_text: '这家店很好' });

/** POST /predict to one worker, by its own socket. */
export function askSlot({ runDir, slot, headers = {} }: SlotOptions): Promise<SlotAnswer> {
  const { answer, finish } = beginAtSlot({ runDir, slot, headers });
  finish();
  return answer;
}

/** As askSlot, but the body is held back until `finish`: the worker has admitted the request and waits. */
export function beginAtSlot({ runDir, slot, headers = {} }: SlotOptions): {
  answer: Promise<SlotAnswer>;
  finish: () => void;
  request: ClientRequest;
} {
  const request = httpRequest({
    socketPath: join(runDir, `slot-${slot}.sock`),
    method: 'POST',
    path: '/predict',
    agent: false,
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(BODY), ...headers },
  });
  const answer = new Promise<SlotAnswer>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, json: JSON.parse(text) });
    });
  });
  request.flushHeaders();
  return { answer, finish: () => request.end(BODY), request };
}
