/** One body for each task; index i gives the i-th, round and round. */
const BODIES = [
  { task_type: 'ner', input_text: '小米集团首席执行官雷军宣布，新款手机定价3999元起。' },
  { task_type: 'relation', input_text: '《平凡的世界》是作家路遥创作的一部长篇小说。' },
  { task_type: 'event', input_text: '据报道，雀巢公司计划于明年3月裁员2000人。' },
  { task_type: 'sentiment', input_text: '房间很干净，前台服务也热情，下次来还会住这里。' },
  { task_type: 'classification', input_text: '央行宣布下调存款准备金率0.5个百分点' },
  { task_type: 'qa', context: '故宫博物院成立于1925年10月10日。', question: '故宫博物院是哪一年成立的？' },
  { task_type: 'embedding', input_text: '花呗怎么还款' },
  { task_type: 'similarity', text_a: '花呗怎么还款', text_b: '如何偿还花呗账单' },
];

export const mixedBody = (i: number) => BODIES[i % BODIES.length];

export interface Outcome {
  /** Answers by status code. */
  readonly codes: Record<number, number>;
  /** Requests without an answer, by reason. */
  readonly failures: string[];
}

/**
 * Sends `count` mixed requests over `connections` kept-alive connections, as fast as they are answered, without retries.
 * @param onAnswer called with the number of answers so far.
 */
export async function sendMixed(
  url: string,
  {
    count,
    connections = 8,
    headers = {},
    onAnswer = () => {},
  }: {
    count: number;
    connections?: number;
    headers?: Record<string, string>;
    onAnswer?: (answers: number) => void;
  },
): Promise<Outcome> {
  const codes: Record<number, number> = {};
  const failures: string[] = [];
  let next = 0;
  let answers = 0;
  const client = async () => {
    while (next < count) {
      const body = JSON.stringify(mixedBody(next++));
      try {
        const answer = await fetch(`${url}/predict`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body,
        });
        await answer.arrayBuffer();
        codes[answer.status] = (codes[answer.status] ?? 0) + 1;
      } catch (error) {
        failures.push(String((error as Error).cause ?? error));
      }
      onAnswer(++answers);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return { codes, failures };
}
