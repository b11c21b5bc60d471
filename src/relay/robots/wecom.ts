import { fitBlocks, withKeyword } from '../fit.ts';
import type { Protocol } from '../robot.ts';

/** -1: busy; 45009: too fast. */
const PASSING = new Set([-1, 45009]);
const COLOURS = { critical: 'warning', warning: 'warning', resolved: 'info' } as const;
/** Of the whole content, in bytes of UTF-8. */
const MAX_BYTES = 4096;

/**
 * WeCom's group robot: markdown, no signature (the key is in the address).
 * https://developer.work.weixin.qq.com/document/path/91770
 */
export const wecom: Protocol = {
  rates: [{ turns: 20, withinMs: 60_000 }],

  write(message, { url, keyword, mentions = [] }) {
    const called = message.mention ? mentions : [];
    const calls = called.map((who) => `<@${who}>`).join('');
    const title = withKeyword(message.title, keyword);
    const head = `### <font color="${COLOURS[message.tone]}">${title}</font>\n${calls}\n`;
    const maxBytes = MAX_BYTES - Buffer.byteLength(head);
    const text = fitBlocks(message, { maxBytes, separator: '\n\n' }, (block) =>
      [
        `**${block.heading}**`,
        ...block.fields.map(({ label, value }) => `> ${label}：${value}`),
        ...(block.link ? [`> [${block.link.text}](${block.link.url})`] : []),
      ].join('\n'),
    );
    return { url, body: { msgtype: 'markdown', markdown: { content: head + text } } };
  },

  judge({ errcode, errmsg }) {
    if (errcode === 0) return { kind: 'delivered' };
    const reason = `errcode ${errcode}: ${errmsg}`;
    return { kind: PASSING.has(Number(errcode)) ? 'retry' : 'refused', reason };
  },
};
