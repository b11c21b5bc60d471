import { createHmac } from 'node:crypto';
import { fitBlocks, withKeyword } from '../fit.ts';
import type { Protocol } from '../robot.ts';

/** 11232: too fast; 9499 with a full queue is answered like a bad request, so it is not tried again. */
const PASSING = new Set([11232]);
const COLOURS = { critical: 'red', warning: 'orange', resolved: 'green' } as const;

/**
 * Feishu's custom robot: a card, signed in the body with HMAC-SHA256 of nothing, its key being "timestamp\nsecret".
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export const feishu: Protocol = {
  rates: [
    { turns: 5, withinMs: 1000 },
    { turns: 100, withinMs: 60_000 },
  ],

  write(message, { url, secret, keyword, mentions = [] }, nowMs) {
    const text = fitBlocks(message, { maxBytes: 15_000, separator: '\n\n' }, (block) =>
      [
        `**${block.heading}**`,
        ...block.fields.map(({ label, value }) => `${label}：${value}`),
        ...(block.link ? [`[${block.link.text}](${block.link.url})`] : []),
      ].join('\n'),
    );
    const calls = (message.mention ? mentions : []).map((who) => `<at id=${who}></at>`).join(' ');
    const seconds = String(Math.floor(nowMs / 1000));
    return {
      url,
      body: {
        ...(secret === undefined ? {} : { timestamp: seconds, sign: sign(seconds, secret) }),
        msg_type: 'interactive',
        card: {
          config: { wide_screen_mode: true },
          header: {
            title: { tag: 'plain_text', content: withKeyword(message.title, keyword) },
            template: COLOURS[message.tone],
          },
          elements: [{ tag: 'markdown', content: text + (calls && `\n${calls}`) }],
        },
      },
    };
  },

  judge({ code, StatusCode, msg }) {
    const result = code ?? StatusCode;
    if (result === 0) return { kind: 'delivered' };
    const reason = `code ${result}: ${msg}`;
    return { kind: PASSING.has(Number(result)) ? 'retry' : 'refused', reason };
  },
};

function sign(seconds: string, secret: string): string {
  return createHmac('sha256', `${seconds}\n${secret}`).digest('base64');
}
