import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ServiceError, ValidationError } from './errors.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** What node:http's `clientError` event brings. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** What Node's HTTP parser refuses, in words of our own. */
const FAULTS: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: 'it does not begin with a method',
  HPE_INVALID_URL: 'its address is malformed',
  HPE_INVALID_CONSTANT: 'its first line does not end with a known HTTP version',
  HPE_INVALID_VERSION: 'its first line does not end with a known HTTP version',
  HPE_INVALID_HEADER_TOKEN: 'a header holds a character that it may not',
  HPE_INVALID_CONTENT_LENGTH: 'Content-Length is wrong, or not the only length given',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'Content-Length is given twice',
  HPE_INVALID_TRANSFER_ENCODING: 'Transfer-Encoding is wrong, or not the only length given',
  HPE_INVALID_CHUNK_SIZE: 'the size of a chunk is wrong',
  HPE_CR_EXPECTED: 'a line does not end as it should',
  HPE_LF_EXPECTED: 'a line does not end as it should',
};

/** The answer to a request that node:http could not read. */
export function refusalOf({ code = '' }: ParserError): ServiceError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ServiceError('too_large', 431, 'the headers are too large');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ServiceError('too_large', 413, 'the chunk extensions are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ServiceError('deadline', 408, 'the request did not arrive in time');
    default:
      return new ValidationError(`the request is not valid HTTP${FAULTS[code] ? `: ${FAULTS[code]}` : ''}`);
  }
}

/** In place of Node's own check, whose answer is bare. @throws ValidationError (RFC 9112, 3.2) */
export function requireHost({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === '1.1' && headers.host === undefined)
    throw new ValidationError('the Host header is missing');
}

/** False where nobody would read an answer, or another one has begun, which can't be interrupted. */
export function isAnswerable({ code }: Pick<ParserError, 'code'>, socket: Duplex): boolean {
  const { _httpMessage: under } = socket as { _httpMessage?: ServerResponse };
  return code !== 'ECONNRESET' && socket.writable && !under?.headersSent;
}

/** Answers on the bare connection, and closes it. */
export function endWith(socket: Duplex, refusal: ServiceError, fields: { request_id?: string } = {}): void {
  const { status, message, code, headers } = refusal;
  const body = JSON.stringify({ error: message, code, ...fields });
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...(fields.request_id && { 'X-Request-Id': fields.request_id }),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
