const text = (domain, input_text, more = {}) => ({ domain, values: { input_text, ...more } });
const question = (domain, context, asked) => ({ domain, values: { context, question: asked } });
const pair = (domain, text_a, text_b) => ({ domain, values: { text_a, text_b } });

/** Texts to try, by task; the first fills the form at the start. */
export const EXAMPLES = {
  ner: [
    text('technology', '去年秋天，中国科学院院士潘建伟带领团队在合肥发布了“九章三号”光量子计算原型机。'),
    text('sports', '2024年8月3日，郑钦文在巴黎奥运会女单决赛中击败克罗地亚选手维基奇，主教练里巴激动落泪。'),
    text('literature', '作家刘慈欣的小说《三体》2015年获得雨果奖，同名电视剧由中央电视台播出。'),
    text('business', '比亚迪董事长王传福周三在深圳宣布，公司将在匈牙利塞格德建设首座欧洲工厂。'),
    text('medicine', '上海瑞金医院院长宁光教授下周将赴广州，介绍糖尿病防治的新进展。'),
    text('history', '公元前221年，秦王嬴政统一六国，定都咸阳，任命李斯为丞相。'),
    text('everyday', '今晚和小林在三里屯看《哪吒》🎬，散场后去簋街吃小龙虾🦞，周日再坐高铁回成都。'),
  ],
  relation: [
    text('film', '电影《霸王别姬》由陈凯歌执导，张国荣、张丰毅、巩俐主演，1993年1月1日在香港上映。'),
    text('music', '《晴天》是周杰伦演唱的歌曲，由周杰伦作词作曲，收录于专辑《叶惠美》中。'),
    text('business', '格力电器的董事长是董明珠，公司成立于1991年，总部位于珠海。'),
    text('people', '钱学森，1911年生于上海，祖籍浙江杭州，毕业于上海交通大学。'),
    text('geography', '澳大利亚的首都是堪培拉，官方语言是英语，面积769.2万平方公里。'),
    text('literature', '《围城》是钱钟书创作的长篇小说，1947年由晨光出版公司出版。'),
    text('history', '杜甫，字子美，自号少陵野老，唐代伟大的现实主义诗人。'),
  ],
  event: [
    text('sports', '周日，樊振东在巴黎奥运会男单决赛中战胜莫雷高德夺冠。'),
    text('disaster', '1月23日凌晨，新疆乌什县发生7.1级地震，造成3人死亡、5人受伤。'),
    text('technology', '小米公司今晚在北京发布了首款电动汽车，起售价21.59万元。'),
    text('finance', '12月3日，芯片公司星河半导体完成10亿元C轮融资。'),
    text('law', '因虚假宣传，上海市监局昨日对该公司罚款20万元。'),
    text('workplace', '特斯拉本月宣布裁员1.4万人。'),
    text('film', '电影《长津湖》9月30日在全国上映，主演吴京获得金鸡奖最佳男主角。'),
  ],
  sentiment: [
    text('hotel', '房间正对西湖，早餐种类多，前台还帮忙订了船票，下次来杭州还住这里。'),
    text('phone', '续航虚标严重，充一次电撑不到中午，客服让我自己寄回去检测，太失望了！'),
    text('food', '面坨了，汤洒了一半，骑手还提前点了送达。'),
    text('books', '译文流畅，注释详尽，装帧也漂亮，读完又买了一本送朋友。'),
    text('course', '老师语速太快，课件和视频对不上，退款还要扣一半的钱。'),
    text('mixed', '味道不错，送得也快，就是包装有点简陋。'),
  ],
  classification: [
    text('finance', '央行宣布下调存款准备金率0.5个百分点，释放长期资金约一万亿元', { scheme: 'topic' }),
    text('sports', '加时绝杀！湖人121比119险胜勇士，詹姆斯砍下36分', { scheme: 'topic' }),
    text('education', '2025年考研国家线公布，多所高校上调复试分数线', { scheme: 'topic' }),
    text('games', '国产单机大作上线三天销量破千万，玩家连夜通关', { scheme: 'topic' }),
    text('travel', '自驾青甘大环线七日攻略：这些小众景点比茶卡盐湖还美', { scheme: 'news' }),
    text('society', '凌晨三点，消防员从四楼阳台救下一名被困的三岁男孩', { scheme: 'topic' }),
    text('support', '快递显示已签收，可我根本没收到，放哪儿了？', {
      scheme: 'custom',
      labels: '物流查询，退换货，发票，产品咨询',
    }),
  ],
  qa: [
    question(
      'museum',
      '秦始皇兵马俑于1974年3月由临潼县西杨村的农民打井时发现，1987年被联合国教科文组织列入《世界遗产名录》。目前已发掘的一号坑面积约14260平方米，是三个坑中最大的一个。',
      '兵马俑是哪一年被发现的？',
    ),
    question(
      'science',
      '屠呦呦和她的团队从东晋葛洪的《肘后备急方》中得到启发，用低温的乙醚提取青蒿中的有效成分，于1971年获得了青蒿素。2015年，她因此获得诺贝尔生理学或医学奖。',
      '屠呦呦从哪本书得到启发？',
    ),
    question(
      'geography',
      '青海湖位于青藏高原东北部，是中国最大的内陆湖，也是最大的咸水湖，湖面海拔3196米，面积约4500平方公里。每年五月，成千上万的候鸟来到鸟岛筑巢。',
      '青海湖的湖面海拔是多少？',
    ),
    question(
      'shop',
      '本店周二至周日上午十点营业，晚上八点半打烊，周一店休。手冲咖啡每杯28元，自带杯子减3元。',
      '手冲咖啡多少钱一杯？',
    ),
    question('noAnswer', '昨晚下了一夜的雨，院子里的桂花落了一地，猫蹲在窗台上看。', '谁发明了电话？'),
  ],
  embedding: [
    text('payment', '忘了支付密码怎么办'),
    text('travel', '从北京到敦煌坐火车要多久'),
    text('medicine', '孩子半夜发烧到三十九度该不该去急诊'),
  ],
  similarity: [
    pair('payment', '花呗怎么提前还款', '我想提前还清花呗账单'),
    pair('weather', '明天要带伞吗', '明天会不会下雨'),
    pair('unrelated', '怎么修改登录密码', '附近哪家火锅好吃'),
  ],
};
