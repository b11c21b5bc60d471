import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly url: URL;
  // biome-ignore lint/suspicious/noExplicitAny: three robots, three shapes
  readonly body: any;
}
export type Behaviour = (received: Received, attempt: number) => object | 'hang' | 'reset' | number;

/** A chat's receiver on a free port, or `at` a given one: what it got, and what it answers. Status 200 unless `behave` says a number. */
export async function startRobot(behave: Behaviour, at = 0) {
  const received: Received[] = [];
  const events = new EventEmitter();
  const server = createServer(async (request: IncomingMessage, response) => {
    const one = { url: new URL(request.url ?? '', 'http://robot'), body: JSON.parse(await text(request)) };
    received.push(one);
    const answer = behave(one, received.length);
    if (answer === 'reset') request.socket.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end('{}');
    else if (answer !== 'hang') response.end(JSON.stringify(answer));
    events.emit('received');
  });
  server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    origin: `http://127.0.0.1:${port}`,
    /** The body of its post number `index`. */
    body(index: number) {
      const one = received[index];
      if (one === undefined) throw new Error(`no post ${index}`);
      return one.body;
    },
    /** Resolves when it got `count` posts. */
    async got(count: number): Promise<void> {
      while (received.length < count) await once(events, 'received');
    },
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As DingTalk judges: signature over the timestamp in the query, at most an hour old, then the keyword. */
export function dingtalkRobot({
  token,
  secret,
  keyword,
}: {
  token: string;
  secret?: string;
  keyword?: string;
}): Behaviour {
  return ({ url, body }) => {
    if (url.pathname !== '/robot/send' || url.searchParams.get('access_token') !== token)
      return { errcode: 300005, errmsg: 'token is not exist' };
    if (secret !== undefined) {
      const timestamp = url.searchParams.get('timestamp') ?? '';
      const expected = createHmac('sha256', secret)
        .update(`${timestamp}\n${secret}`, 'utf8')
        .digest('base64');
      if (Math.abs(Date.now() - Number(timestamp)) > 3_600_000 || url.searchParams.get('sign') !== expected)
        return { errcode: 310000, errmsg: `sign not match for ${token}` };
    }
    const { title, text: content } = body.markdown;
    if (body.msgtype !== 'markdown' || !title || !content)
      return { errcode: 40035, errmsg: 'missing parameter' };
    if (keyword !== undefined && !`${title}${content}`.includes(keyword))
      return { errcode: 310000, errmsg: 'keywords not in content' };
    return { errcode: 0, errmsg: 'ok' };
  };
}

/** As Feishu judges: the timestamp in seconds and the signature are in the body. */
export function feishuRobot({ secret, keyword }: { secret?: string; keyword?: string }): Behaviour {
  return ({ body }) => {
    if (secret !== undefined) {
      const expected = createHmac('sha256', `${body.timestamp}\n${secret}`).update('').digest('base64');
      if (Math.abs(Date.now() / 1000 - Number(body.timestamp)) > 3600 || body.sign !== expected)
        return { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' };
    }
    if (body.msg_type !== 'interactive' || !body.card?.elements?.[0]?.content)
      return { code: 9499, msg: 'Bad Request' };
    if (keyword !== undefined && !JSON.stringify(body.card).includes(keyword))
      return { code: 19024, msg: 'Key Words Not Found' };
    return { code: 0, msg: 'success', data: {} };
  };
}

/** As WeCom judges: 4096 bytes of UTF-8 at most. */
export const wecomRobot: Behaviour = ({ body }) => {
  const bytes = Buffer.byteLength(body.markdown?.content ?? '');
  if (bytes === 0) return { errcode: 44004, errmsg: 'empty content' };
  return bytes > 4096
    ? { errcode: 40058, errmsg: 'content exceed max length' }
    : { errcode: 0, errmsg: 'ok' };
};
