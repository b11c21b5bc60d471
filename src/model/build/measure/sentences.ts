/** Clauses by subject, written for this file; neighbours within a subject are near in meaning. */
const CLAUSES: readonly (readonly string[])[] = [
  ['屏幕显示清晰', '电池能用一整天', '拍照效果很好', '运行速度偏慢', '充电时机身有点烫', '客服态度很耐心'],
  [
    '央行下调了存款准备金率',
    '股市今天小幅上涨',
    '公司公布了季度财报',
    '人民币汇率保持稳定',
    '债券收益率有所回落',
  ],
  ['球队在加时赛中逆转', '守门员扑出了点球', '她打破了亚洲纪录', '教练换上了两名年轻前锋', '比赛因大雨推迟'],
  [
    '明天白天多云转晴',
    '沿海地区有七级大风',
    '夜里最低气温只有三度',
    '台风正向东北方向移动',
    '山区可能出现大雾',
  ],
  [
    '红烧肉要用小火慢炖',
    '这家面馆的汤头很鲜',
    '蒸鱼时水开了再上锅',
    '妈妈包的饺子最好吃',
    '咖啡豆现磨现冲更香',
  ],
  [
    '地铁三号线延长了运营时间',
    '高速路口发生追尾',
    '机场新增了两条国际航线',
    '共享单车停放更规范了',
    '火车票提前十五天发售',
  ],
  [
    '学生们正在准备期末考试',
    '这门课讲的是线性代数',
    '图书馆周末也对外开放',
    '老师布置了一篇读后感',
    '大学公布了录取分数线',
  ],
  [
    '医生建议每天快走半小时',
    '流感疫苗开始接种',
    '体检报告一切正常',
    '这种药饭后服用',
    '睡前少看手机有助于睡眠',
  ],
  [
    '展览里有两百多件青铜器',
    '导演的新片下周上映',
    '这部小说改编成了话剧',
    '乐团将演奏贝多芬的作品',
    '古城墙正在修缮',
  ],
  ['怎么修改登录密码', '订单为什么还没有发货', '如何申请电子发票', '退款多久能到账', '忘记支付密码怎么办'],
];

const OPENINGS = ['', '据了解，', '说实话，', '总的来说，', '值得一提的是，', '我听朋友说'];

/**
 * Chinese texts of 5 to about 130 characters: a clause alone, or two to six of one subject. The same ones every time.
 * @param count at most the number of different texts, 400.
 */
export function measuringTexts(count: number): string[] {
  const texts = new Set<string>();
  for (let round = 0; texts.size < count && round < 8; round += 1)
    for (const [subject, clauses] of CLAUSES.entries())
      for (let at = 0; at < clauses.length && texts.size < count; at += 1) {
        const length = [1, 2, 3, 6, 1, 2, 4, 5][round] as number;
        const opening = OPENINGS[(round + subject + at) % OPENINGS.length] as string;
        const step = round % 2 ? 1 : clauses.length - 1;
        const chosen = Array.from({ length }, (_, i) => clauses[(at + i * step) % clauses.length]);
        texts.add(`${round < 1 ? '' : opening}${chosen.join('，')}${subject === 9 ? '？' : '。'}`);
      }
  return [...texts];
}

/** Pairs that become golden rows: near in meaning, of one subject, far apart, short and long. */
export const GOLDEN_PAIRS: readonly (readonly [string, string])[] = [
  ['花呗怎么还款', '如何偿还花呗账单'],
  ['明天会下雨吗', '请问明天的天气怎么样'],
  ['今天股市大涨', '妈妈包的饺子最好吃'],
  ['北京大学位于海淀区', '这款手机的电池很耐用'],
  ['A股三大指数收涨，创业板涨1.5%', '沪深股市全线上扬'],
  ['他在2008年获得了奥运会金牌。', 'He won an Olympic gold medal in 2008.'],
  [
    '据了解，地铁三号线从下月起延长运营时间，末班车推迟到零点，沿线的二十六座车站都会增派工作人员，并在换乘通道里加装指示牌，方便夜间出行的乘客。',
    '下个月开始，三号线的末班车将改为零点发出，各站增加人手和换乘指引，夜里坐车会更方便。',
  ],
  ['好', '不好'],
];
