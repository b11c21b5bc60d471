import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, type Service, startService } from '../service.ts';

describe('tasks', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.close());

  /** What holds for each answered prediction. */
  function assertAnswered(answer: Answer, taskType: string): void {
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.json), ['result', 'task_type', 'model', 'truncated']);
    assert.equal(answer.json.task_type, taskType);
    assert.equal(answer.json.model, `${service.manifest.name}@${service.manifest.version}`);
    assert.equal(answer.headers['x-task-type'], taskType);
    assert.equal(answer.headers['x-task-status'], 'success');
    assert.match(String(answer.headers['content-type']), /^application\/json/);
  }

  const found = (list: { text: string; type: string }[]) => list.map(({ text, type }) => [text, type]);

  test('When ner is asked, then entities come with type, Chinese name, offsets and score', async () => {
    const input_text = '华为公司创始人任正非在深圳会见了客户代表。';
    const answer = await service.predict({ task_type: 'ner', input_text });
    assertAnswered(answer, 'ner');
    const entity = answer.json.result.find((e: { text: string }) => e.text === '任正非');
    assert.deepEqual(
      { ...entity, score: 0 },
      { text: '任正非', start: 7, end: 10, type: 'person', name: '人名', score: 0 },
    );
    assert.ok(entity.score > 0.9 && entity.score <= 1);
    assert.equal(answer.json.truncated, false);
  });

  test('When ner is asked with a scheme, then the types are those of the scheme', async () => {
    const input_text = '华为公司创始人任正非在深圳会见了客户代表。';
    for (const [scheme, type] of [
      ['default', 'person'],
      ['cluener', 'name'],
      ['msra', 'PER'],
      ['boson', 'person_name'],
    ]) {
      const answer = await service.predict({ task_type: 'ner', input_text, scheme });
      assertAnswered(answer, 'ner');
      assert.ok(
        found(answer.json.result).some(([text, t]) => text === '任正非' && t === type),
        `${scheme}: ${answer.text}`,
      );
    }
  });

  test('When relation is asked, then subject, predicate and object come with offsets', async () => {
    const answer = await service.predict({
      task_type: 'relation',
      input_text: '《平凡的世界》是作家路遥创作的一部长篇小说。',
    });
    assertAnswered(answer, 'relation');
    const [{ score, ...triple }] = answer.json.result;
    assert.deepEqual(triple, {
      subject: { text: '平凡的世界', start: 1, end: 6 },
      predicate: '作者',
      object: { text: '路遥', start: 10, end: 12 },
    });
    assert.ok(score > 0.5 && score <= 1);
  });

  test('When event is asked, then type, trigger and arguments come with offsets', async () => {
    const answer = await service.predict({
      task_type: 'event',
      input_text: '据报道，雀巢公司计划于明年3月裁员2000人。',
    });
    assertAnswered(answer, 'event');
    const [event] = answer.json.result;
    assert.deepEqual(Object.keys(event), ['type', 'trigger', 'score', 'arguments']);
    assert.equal(event.type, '组织关系-裁员');
    assert.deepEqual(event.trigger, { text: '裁员', start: 15, end: 17 });
    const company = event.arguments.find(({ role }: { role: string }) => role === '裁员方');
    assert.deepEqual(Object.keys(company), ['role', 'text', 'start', 'end', 'score']);
    assert.equal(company.text, '雀巢公司');
  });

  test('When sentiment is asked, then a label comes with its name and the score of each label', async () => {
    const answer = await service.predict({
      task_type: 'sentiment',
      input_text: '房间很干净，前台服务也热情。',
    });
    assertAnswered(answer, 'sentiment');
    const { label, name, score, scores } = answer.json.result;
    assert.deepEqual({ label, name }, { label: 'positive', name: '正面' });
    assert.deepEqual(Object.keys(scores).sort(), ['negative', 'positive']);
    assert.equal(scores.positive, score);
    assert.ok(Math.abs(scores.positive + scores.negative - 1) < 1e-5);
  });

  test('When classification is asked without more, then the topic comes; with scheme news, one of the other list', async () => {
    const input_text = '央行宣布下调存款准备金率0.5个百分点';
    const topic = await service.predict({ task_type: 'classification', input_text });
    assertAnswered(topic, 'classification');
    assert.ok(['finance', 'stocks'].includes(topic.json.result.label), topic.text);
    assert.equal(Object.keys(topic.json.result.scores).length, 10);
    const news = await service.predict({ task_type: 'classification', input_text, scheme: 'news' });
    assertAnswered(news, 'classification');
    assert.equal(news.json.result.label, 'news_finance');
    assert.equal(news.json.result.name, '财经');
    assert.equal(Object.keys(news.json.result.scores).length, 15);
  });

  test('When classification is asked with labels, then one of these comes and the metrics call it custom', async () => {
    const labels = ['金融政策', '足球比赛', '天气预报', '__proto__'];
    const answer = await service.predict({
      task_type: 'classification',
      input_text: '央行宣布下调存款准备金率',
      labels,
    });
    assertAnswered(answer, 'classification');
    assert.equal(answer.json.result.label, '金融政策');
    assert.equal(answer.json.result.name, '金融政策');
    assert.deepEqual(Object.keys(answer.json.result.scores), labels);
    const metrics = await service.metrics();
    assert.ok(metrics.sum('gte_task_label_total', { task_type: 'classification', label: 'custom' }) >= 1);
    assert.deepEqual(metrics.find('gte_task_label_total', { label: '金融政策' }), []);
  });

  test('When qa is asked as context|question, then the answer is a stretch of the context', async () => {
    const context = '长江|扬子江发源于青藏高原的唐古拉山脉，在上海市注入东海。';
    for (const input_text of [
      `${context}|长江发源于哪里？`,
      `${context}｜长江发源于哪里？`,
      `${context}|长江发源于哪里？| `,
    ]) {
      const answer = await service.predict({ task_type: 'qa', input_text });
      assertAnswered(answer, 'qa');
      const { answer: text, start, end, score } = answer.json.result;
      assert.ok(text.includes('唐古拉山'), answer.text);
      assert.equal(Array.from(context).slice(start, end).join(''), text);
      assert.ok(score > 0.5);
    }
  });

  test('When qa is asked by fields, then the answer is the same as for context|question', async () => {
    const [context, question] = [
      '故宫博物院成立于1925年10月10日，位于北京市东城区。',
      '故宫博物院是哪一年成立的？',
    ];
    const joined = await service.predict({ task_type: 'qa', input_text: `${context}|${question}` });
    const apart = await service.predict({ task_type: 'qa', context, question });
    assertAnswered(apart, 'qa');
    assert.ok(apart.json.result.answer.startsWith('1925年'), apart.text);
    assert.deepEqual(apart.json.result, joined.json.result);
  });

  test('When the context is empty or about something else, then the answer is null and counts as empty', async () => {
    const before = (await service.metrics()).sum('gte_task_empty_total', { task_type: 'qa' });
    const bodies = [
      { task_type: 'qa', context: '', question: '长江发源于哪里？' },
      { task_type: 'qa', input_text: '|长江发源于哪里？' },
      { task_type: 'qa', context: '今天食堂的红烧肉卖完了。', question: '长江发源于哪里？' },
    ];
    for (const body of bodies) {
      const answer = await service.predict(body);
      assertAnswered(answer, 'qa');
      const { answer: text, start, end, score } = answer.json.result;
      assert.deepEqual({ text, start, end }, { text: null, start: null, end: null });
      assert.ok(score >= 0 && score < 0.9, answer.text);
    }
    const counted = (await service.metrics()).sum('gte_task_empty_total', { task_type: 'qa' }) - before;
    assert.equal(counted, bodies.length);
  });

  test('When embedding is asked, then a vector of length 1 comes with its dimensions', async () => {
    const answer = await service.predict({ task_type: 'embedding', input_text: '花呗怎么还款' });
    assertAnswered(answer, 'embedding');
    const { embedding, dimensions } = answer.json.result;
    assert.equal(dimensions, 512);
    assert.equal(embedding.length, 512);
    const length = Math.hypot(...embedding);
    assert.ok(Math.abs(length - 1) < 1e-4, String(length));
  });

  test('When similarity is asked, then two ways to say the same score above two different things', async () => {
    const ask = async (text_a: string, text_b: string) => {
      const answer = await service.predict({ task_type: 'similarity', text_a, text_b });
      assertAnswered(answer, 'similarity');
      assert.deepEqual(Object.keys(answer.json.result), ['score']);
      return answer.json.result.score;
    };
    const near = await ask('花呗怎么还款', '如何偿还花呗账单');
    assert.ok(near > (await ask('花呗怎么还款', '明天会下雨吗')) + 0.2);
    assert.ok(Math.abs((await ask('花呗怎么还款', '花呗怎么还款')) - 1) < 1e-5);
  });

  test('When a text holds nothing to find, then the result is an empty list and counts as empty', async () => {
    const before = (await service.metrics()).sum('gte_task_empty_total', { task_type: 'relation' });
    const answer = await service.predict({ task_type: 'relation', input_text: '哈哈' });
    assertAnswered(answer, 'relation');
    assert.deepEqual(answer.json.result, []);
    assert.equal(
      (await service.metrics()).sum('gte_task_empty_total', { task_type: 'relation' }),
      before + 1,
    );
  });

  test('When a text is longer than what one window reads, then truncated is true and counts', async () => {
    const text = '今天天气很好，我们去公园散步。'.repeat(40);
    const truncatedOf = async (task_type: string) =>
      (await service.metrics()).sum('gte_truncated_total', { task_type });
    for (const [task_type, expected] of [
      ['sentiment', true],
      ['classification', true],
      ['embedding', true],
      ['ner', false],
      ['relation', false],
      ['event', false],
    ] as const) {
      const before = await truncatedOf(task_type);
      const answer = await service.predict({ task_type, input_text: text });
      assertAnswered(answer, task_type);
      assert.equal(answer.json.truncated, expected, task_type);
      assert.equal((await truncatedOf(task_type)) - before, expected ? 1 : 0, task_type);
    }
    const asked = { task_type: 'qa', context: '长江发源于青藏高原。', question: text };
    assert.equal((await service.predict(asked)).json.truncated, true);
    const pair = { task_type: 'similarity', text_a: '你好', text_b: text };
    assert.equal((await service.predict(pair)).json.truncated, true);
  });

  test('When an entity stands in the last window of a long text, then its offsets are those of the whole text', async () => {
    const input_text = `${'这一天没有什么特别的事情。'.repeat(60)}𠮷🙂任正非在深圳会见了客户。`;
    const answer = await service.predict({ task_type: 'ner', input_text });
    const entity = answer.json.result.find((e: { text: string }) => e.text === '任正非');
    const at = Array.from(input_text.slice(0, input_text.indexOf('任正非'))).length;
    assert.deepEqual([entity.start, entity.end], [at, at + 3]);
  });

  test('When a text has white space around it, then offsets count it', async () => {
    const answer = await service.predict({ task_type: 'ner', input_text: ' \n 任正非在深圳会见了客户。 ' });
    const entity = answer.json.result.find((e: { text: string }) => e.text === '任正非');
    assert.deepEqual([entity.start, entity.end], [3, 6]);
  });

  test('When a prediction is answered, then tokens, stages, latency and confidence are observed once', async () => {
    const watched = [
      'gte_task_latency_seconds_count',
      'gte_request_tokens_count',
      'gte_task_confidence_count',
    ];
    const before = await service.metrics();
    const answer = await service.predict({ task_type: 'sentiment', input_text: '服务很差' });
    assertAnswered(answer, 'sentiment');
    const metrics = await service.metrics();
    const labels = { task_type: 'sentiment' };
    for (const name of watched) assert.equal(metrics.sum(name, labels) - before.sum(name, labels), 1, name);
    for (const stage of ['tokenize', 'queue', 'infer', 'decode']) {
      const grown = (m: typeof metrics) => m.sum('gte_stage_duration_seconds_count', { ...labels, stage });
      assert.equal(grown(metrics) - grown(before), 1, stage);
    }
    assert.equal(metrics.sum('gte_active_requests', labels), 0);
    const line = await service.logged((l) => l.request_id === answer.headers['x-request-id']);
    assert.equal(line.task_type, 'sentiment');
    assert.equal(line.task_status, 'success');
    assert.equal(line.code, 200);
    assert.ok(!JSON.stringify(line).includes('服务很差'));
  });
});
