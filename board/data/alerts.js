/** Seconds over which ratios and quantiles are judged; the thresholds' minimum counts are for a minute, too. */
const WINDOW = 60;
const RESTART_WINDOW = 15 * 60;
/** One long text must not redden the board: of few requests it alone is the P95. */
const SLOW_REQUESTS = 2;
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
  'availability',
  'capacity',
  'queue',
  'memory',
  'eventLoop',
];

/**
 * What exceeds its threshold at one second.
 * @returns {{kind: string, subject?: number, value: number, limit: number}[]} subject: index of the task, or the slot
 */
export function judge({ measures, thresholds: t, taskCount, slots }, { minute, now, failures, capacity }) {
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
    const { answered, slow } = measures.slowerThan(minute, one, t.latency_p95_seconds);
    check(
      'errors',
      task,
      measures.errorRatio(minute, one),
      t.error_ratio,
      errors > t.error_min_errors_per_minute,
    );
    check(
      'latency',
      task,
      measures.latency(minute, one, 0.95),
      t.latency_p95_seconds,
      answered >= t.latency_min_requests_per_minute && slow >= SLOW_REQUESTS,
    );
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
  const availability = measures.availability(minute, all);
  const explained = found.some(({ kind }) => kind === 'errors' || kind === 'shed');
  const unserved = measures.withStatus(minute, all, ['error', 'rejected']);
  if (availability < t.availability_objective && unserved > t.error_min_errors_per_minute && !explained) {
    found.push({ kind: 'availability', value: availability, limit: t.availability_objective });
  }
  for (let slot = 0; slot < slots; slot++) {
    const present = measures.slot(now, slot);
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
  let exceeding = new Map();
  /** Seconds with failures of workers, the oldest first; folding a quarter of an hour each second is dear. */
  let failed = [];
  let judged = -1;

  function at(second) {
    const now = ring.folded(second, second);
    if (!now) return;
    const minute = ring.folded(second - WINDOW + 1, second);
    const count = Array.from({ length: board.slots }, (_, slot) => board.measures.slot(now, slot).failures);
    const died = count.reduce((sum, n) => sum + n, 0);
    if (died > 0) failed.push({ second, died });
    failed = failed.filter((one) => one.second > second - RESTART_WINDOW);
    const failures = failed.reduce((sum, one) => sum + one.died, 0);
    const next = new Map();
    for (const alert of judge(board, { now, minute, failures, capacity: capacityNow() })) {
      const key = `${alert.kind} ${alert.subject ?? ''}`;
      next.set(key, { ...alert, since: exceeding.get(key)?.since ?? second, minute });
    }
    exceeding = next;
    judged = second;
  }

  const held = ({ kind, since }) => judged - since >= (HOLD[kind] ?? 0);

  return {
    at,
    /** Judges what the ring holds, so that alerts that fire at the page's opening know their beginning. */
    replay() {
      exceeding = new Map();
      failed = [];
      for (let second = Math.max(0, ring.last - RESTART_WINDOW + 1); second <= ring.last; second++)
        at(second);
    },
    /** @returns {{kind: string, subject?: number, value: number, limit: number, since: number, minute: Float64Array}[]} */
    get firing() {
      return [...exceeding.values()]
        .filter(held)
        .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.value - a.value);
    },
    /** What exceeds its threshold, but not for long enough yet. */
    get pending() {
      return [...exceeding.values()].filter((alert) => !held(alert));
    },
    /** @returns {'bad' | 'warn' | ''} firing, pending or neither */
    levelOf(kind, subject) {
      const alert = exceeding.get(`${kind} ${subject ?? ''}`);
      return !alert ? '' : held(alert) ? 'bad' : 'warn';
    },
  };
}
