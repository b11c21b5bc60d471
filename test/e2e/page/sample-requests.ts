/** One request per task, with answers far from every threshold. */
export const SAMPLES = {
  ner: {
    input_text: '北京大学计算机学院教授李晓明在《计算机学报》上发表了一篇关于搜索引擎的论文。',
  },
  relation: { input_text: '《流浪地球》由郭帆执导，吴京、屈楚萧主演，于2019年2月5日在中国上映。' },
  event: { input_text: '据报道，雀巢公司计划于明年3月裁员2000人。' },
  sentiment: { input_text: '屏幕清晰，运行流畅，电池也耐用，非常满意。' },
  classification: { input_text: '湖人加时险胜勇士，詹姆斯砍下36分' },
  qa: {
    context:
      '1915年，陈独秀在上海创办《青年杂志》，次年改名为《新青年》。该刊成为新文化运动的主要阵地，鲁迅的《狂人日记》就发表在这份刊物上。',
    question: '《青年杂志》是谁创办的？',
  },
  embedding: { input_text: '花呗怎么还款' },
  similarity: { text_a: '花呗怎么还款', text_b: '如何偿还花呗账单' },
};
