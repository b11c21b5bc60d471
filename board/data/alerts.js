/** Seconds over which ratios and quantiles are judged; the thresholds' minimum counts are for a minute, too. */
const WINDOW = 60;
const RESTART_WINDOW = 15 * 60;
/** Seconds that a value may exceed its threshold before that is worth a word: one long request fills a queue. */
const HOLD = { eventLoop: 30, queue: 10, capacity: 60 };
/** What is told first; of one kind, what exceeds its threshold most. */
const ORDER = [
  'workers',
  'restarts',
  'restarted',
  'silent',
  'errors',
  'latency',
  'shed',
  'capacity',
  'queue',
  'memory',
  'eventLoop',
];

/**
 * What exceeds its threshold at one second.
 * @returns {{kind: string, subject?: number, value: number, limit: number}[]} subject: index of the task, or the slot
 */
export function judge({ measures, thresholds: t, taskCount, slots }, { minute, quarter, now, capacity }) {
  const found = [];
  const check = (kind, subject, value, limit, enough = true) => {
    if (enough && value > limit) found.push({ kind, subject, value, limit });
  };

  if (measures.ready(now) < measures.desired(now)) {
    found.push({ kind: 'workers', value: measures.ready(now), limit: measures.desired(now) });
  }
  for (let task = 0; task < taskCount; task++) {
    const one = [task];
    const errors = measures.withStatus(minute, one, ['error']);
    const rejected = measures.withStatus(minute, one, ['rejected']);
    const enough = measures.requests(minute, one) >= t.latency_min_requests_per_minute;
    check(
      'errors',
      task,
      measures.errorRatio(minute, one),
      t.error_ratio,
      errors > t.error_min_errors_per_minute,
    );
    check('latency', task, measures.latency(minute, one, 0.95), t.latency_p95_seconds, enough);
    check(
      'shed',
      task,
      measures.shedRatio(minute, one),
      t.shed_ratio,
      rejected > t.shed_min_rejected_per_minute,
    );
  }
  const all = Array.from({ length: taskCount }, (_, task) => task);
  check('capacity', undefined, measures.servedRate(minute, all) / capacity, t.capacity_use_ratio);
  let failures = 0;
  for (let slot = 0; slot < slots; slot++) {
    const present = measures.slot(now, slot);
    failures += measures.slot(quarter, slot).failures;
    check('restarted', slot, measures.slot(minute, slot).failures, 0);
    check('silent', slot, present.age, t.snapshot_age_seconds);
    check('queue', slot, present.queueFill, t.queue_fill_ratio);
    check('eventLoop', slot, present.eventLoop, t.event_loop_p99_seconds);
    check('memory', slot, present.rss, t.process_memory_bytes);
  }
  check('restarts', undefined, failures, t.restarts_in_15_minutes);
  return found;
}

/** Judges second after second, and remembers since when each threshold is exceeded. */
/** @param {() => number | undefined} capacityNow requests a second that were found sustainable */
export function createAlerts(board, ring, capacityNow) {
  let firing = new Map();
  let judged = -1;

  function at(second) {
    const now = ring.folded(second, second);
    if (!now) return;
    const minute = ring.folded(second - WINDOW + 1, second);
    const quarter = ring.folded(second - RESTART_WINDOW + 1, second);
    const next = new Map();
    for (const alert of judge(board, { now, minute, quarter, capacity: capacityNow() })) {
      const key = `${alert.kind} ${alert.subject ?? ''}`;
      next.set(key, { ...alert, since: firing.get(key)?.since ?? second, minute });
    }
    firing = next;
    judged = second;
  }

  return {
    at,
    /** Judges what the ring holds, so that alerts that fire at the page's opening know their beginning. */
    replay() {
      firing = new Map();
      for (let second = Math.max(0, ring.last - RESTART_WINDOW + 1); second <= ring.last; second++)
        at(second);
    },
    /** @returns {{kind: string, subject?: number, value: number, limit: number, since: number, minute: Float64Array}[]} */
    get firing() {
      return [...firing.values()]
        .filter(({ kind, since }) => judged - since >= (HOLD[kind] ?? 0))
        .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.value - a.value);
    },
  };
}
