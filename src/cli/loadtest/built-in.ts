import type { TaskType } from '../../task-types.ts';

const SENTENCES = [
  '小米集团首席执行官雷军在北京宣布，新款手机定价3999元起。',
  '据报道，雀巢公司计划于明年3月裁员2000人，涉及欧洲多家工厂。',
  '房间很干净，前台服务也热情，就是早餐的种类少了一点，下次来还会住这里。',
  '央行宣布下调存款准备金率0.5个百分点，释放长期资金约一万亿元。',
  '《平凡的世界》是作家路遥创作的一部长篇小说，全景式地表现了中国城乡的社会生活。',
  '昨天下午，市教育局在第二中学召开会议，讨论新学期的课程安排。',
  '这款耳机音质不错，但是续航太短，戴久了耳朵也会疼。',
  '故宫博物院成立于1925年10月10日，位于北京市东城区，是在明清皇宫的基础上建立的。',
] as const;

/** Sentences in a text: most are short, some long (about 20, 90 and 300 tokens); picked with these weights. */
const LENGTHS = [
  { sentences: 1, weight: 70 },
  { sentences: 4, weight: 25 },
  { sentences: 12, weight: 5 },
] as const;

/** What users ask most comes most. */
const SHARES: Readonly<Record<TaskType, number>> = {
  ner: 20,
  sentiment: 20,
  classification: 15,
  qa: 10,
  relation: 10,
  event: 5,
  embedding: 10,
  similarity: 10,
};

export interface WeightedBody {
  readonly task: string;
  /** JSON of a POST /predict. */
  readonly body: string;
  readonly weight: number;
}

/** Every task with texts of three lengths. */
export function builtInWorkload(): WeightedBody[] {
  return Object.entries(SHARES).flatMap(([task, share]) =>
    LENGTHS.flatMap(({ sentences, weight }) =>
      SENTENCES.map((_, start) => ({
        task,
        body: JSON.stringify({ task_type: task, ...inputOf(task, textFrom(start, sentences)) }),
        weight: (share * weight) / SENTENCES.length,
      })),
    ),
  );
}

function textFrom(start: number, sentences: number): string {
  return Array.from({ length: sentences }, (_, i) => SENTENCES[(start + i) % SENTENCES.length]).join('');
}

function inputOf(task: string, text: string): Record<string, string> {
  if (task === 'qa') return { context: text, question: '文中提到了哪个地方？' };
  if (task === 'similarity') return { text_a: text, text_b: '花呗怎么还款' };
  return { input_text: text };
}
