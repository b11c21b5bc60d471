import { connect } from 'node:net';

/** Sends bytes as they are and returns all that came back until the connection ended; `pieces` are sent one by one. */
export async function sendRaw(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  for (const piece of pieces) socket.write(piece);
  let answer = '';
  try {
    for await (const chunk of socket) answer += chunk;
  } catch (error) {
    // nginx resets a connection whose request it did not read to the end.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
  return answer;
}

/** Status and JSON body of such an answer. */
export function parseRaw(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1]), head, body };
}

export const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;
