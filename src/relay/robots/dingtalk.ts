import { createHmac } from 'node:crypto';
import { fitBlocks, withKeyword } from '../fit.ts';
import type { Protocol } from '../robot.ts';

/** -1: busy; 130101 and 410100: too fast. */
const PASSING = new Set([-1, 130101, 410100]);

/**
 * DingTalk's custom robot: markdown, signed in the query with HMAC-SHA256 of "timestamp\nsecret".
 * https://open.dingtalk.com/document/robots/custom-robot-access
 */
export const dingtalk: Protocol = {
  rates: [{ turns: 20, withinMs: 60_000 }],

  write(message, { url, secret, keyword, mentions = [] }, nowMs) {
    const title = withKeyword(message.title, keyword);
    const called = message.mention ? mentions : [];
    // A line break inside a paragraph needs two spaces before it.
    const text = fitBlocks(message, { maxBytes: 15_000, separator: '\n\n---\n\n' }, (block) =>
      [
        `#### ${block.heading}`,
        ...block.fields.map(({ label, value }) => `- **${label}**：${value}`),
        ...(block.link ? [`\n[${block.link.text}](${block.link.url})`] : []),
      ].join('\n'),
    );
    const mobiles = called.filter((who) => who !== 'all');
    const calls = mobiles.map((who) => `@${who}`).join(' ');
    return {
      url: secret === undefined ? url : signed(url, secret, nowMs),
      body: {
        msgtype: 'markdown',
        markdown: { title, text: `### ${title}\n\n${text}${calls && `\n\n${calls}`}` },
        at: { atMobiles: mobiles, isAtAll: called.includes('all') },
      },
    };
  },

  judge({ errcode, errmsg }) {
    if (errcode === 0) return { kind: 'delivered' };
    const reason = `errcode ${errcode}: ${errmsg}`;
    return { kind: PASSING.has(Number(errcode)) ? 'retry' : 'refused', reason };
  },
};

function signed(url: string, secret: string, nowMs: number): string {
  const sign = createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64');
  const address = new URL(url);
  address.searchParams.set('timestamp', String(nowMs));
  address.searchParams.set('sign', sign);
  return address.href;
}
