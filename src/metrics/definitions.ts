/** Edges in seconds; 0.1, 0.2, 0.5, 1 and 2 are edges that alerts ask for. */
export const LATENCY_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 2.5, 5, 10, 30,
] as const;
const STAGE_BUCKETS = [0.0005, 0.001, 0.0025, ...LATENCY_BUCKETS] as const;

/** How a `POST /predict` ended; docs/metrics.md says what counts as which. */
export const STATUSES = ['success', 'error', 'invalid', 'rejected', 'cancelled'] as const;
export type Status = (typeof STATUSES)[number];
/** What became of a request that needs a key; docs/metrics.md explains each. */
export const KEY_STATUSES = ['admitted', 'unauthorized', 'forbidden', 'rate', 'concurrency'] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];
export const STAGES = ['tokenize', 'queue', 'infer', 'decode'] as const;
export const WORKER_STATES = ['desired', 'alive', 'ready', 'draining'] as const;
export const RESTART_REASONS = ['crash', 'hung', 'memory', 'age', 'terminated', 'reload'] as const;
export const REJECT_REASONS = ['full', 'deadline', 'closed'] as const;
export const CANCEL_STAGES = ['queue', 'infer'] as const;

export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper edges of a histogram, +Inf left out. */
  readonly buckets?: readonly number[];
  /** How a gauge's series with equal labels from several workers become one; `sum` unless given. */
  readonly aggregator?: 'sum' | 'max';
  /** Which process counts it; /metrics shows both. */
  readonly home: 'worker' | 'primary';
}

/** Every metric of the service but prom-client's own process_* and nodejs_* ones. */
export const definitions = {
  taskRequests: {
    name: 'gte_task_requests_total',
    type: 'counter',
    help: 'POST /predict requests, each counted once when it ends.',
    labels: ['task_type', 'status'],
    home: 'worker',
  },
  taskLatency: {
    name: 'gte_task_latency_seconds',
    type: 'histogram',
    help: 'Time from request to answer, requests with status success or error only.',
    labels: ['task_type'],
    buckets: LATENCY_BUCKETS,
    home: 'worker',
  },
  activeRequests: {
    name: 'gte_active_requests',
    type: 'gauge',
    help: 'POST /predict requests being answered now.',
    labels: ['task_type'],
    home: 'worker',
  },
  httpRequests: {
    name: 'http_requests_total',
    type: 'counter',
    help: 'HTTP requests of every route.',
    labels: ['method', 'route', 'code'],
    home: 'worker',
  },
  httpDuration: {
    name: 'http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from HTTP request to answer, of every route.',
    labels: ['method', 'route', 'code'],
    buckets: LATENCY_BUCKETS,
    home: 'worker',
  },
  keyRequests: {
    name: 'gte_key_requests_total',
    type: 'counter',
    help: 'Requests that need an API key, by name of the key (none: no known key) and by what the check said.',
    labels: ['key', 'status'],
    home: 'worker',
  },
  stageDuration: {
    name: 'gte_stage_duration_seconds',
    type: 'histogram',
    help: 'Time a request spent in one stage: tokenize, queue, infer or decode.',
    labels: ['task_type', 'stage'],
    buckets: STAGE_BUCKETS,
    home: 'worker',
  },
  requestTokens: {
    name: 'gte_request_tokens',
    type: 'histogram',
    help: 'Tokens of a request sent to the model, special ones included.',
    labels: ['task_type'],
    buckets: [8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024, 4096],
    home: 'worker',
  },
  truncated: {
    name: 'gte_truncated_total',
    type: 'counter',
    help: 'Answers to inputs of which no window read a part.',
    labels: ['task_type'],
    home: 'worker',
  },
  taskEmpty: {
    name: 'gte_task_empty_total',
    type: 'counter',
    help: 'Answers that found nothing.',
    labels: ['task_type'],
    home: 'worker',
  },
  taskErrors: {
    name: 'gte_task_errors_total',
    type: 'counter',
    help: 'POST /predict requests not answered with 200, by error code.',
    labels: ['task_type', 'code'],
    home: 'worker',
  },
  taskConfidence: {
    name: 'gte_task_confidence',
    type: 'histogram',
    help: 'Score of each thing found, from 0 to 1.',
    labels: ['task_type'],
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    home: 'worker',
  },
  taskLabel: {
    name: 'gte_task_label_total',
    type: 'counter',
    help: 'Things found, by label of the manifest; labels a caller brought count as custom.',
    labels: ['task_type', 'label'],
    home: 'worker',
  },
  batchSize: {
    name: 'gte_batch_size',
    type: 'histogram',
    help: 'Sequences in a batch.',
    labels: ['slot', 'model'],
    buckets: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64],
    home: 'worker',
  },
  batchPaddingRatio: {
    name: 'gte_batch_padding_ratio',
    type: 'histogram',
    help: 'Share of a batch that is padding, from 0 to 1.',
    labels: ['slot', 'model'],
    buckets: [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1],
    home: 'worker',
  },
  batchDuration: {
    name: 'gte_batch_duration_seconds',
    type: 'histogram',
    help: 'Time the inference thread spent on a batch.',
    labels: ['slot', 'model'],
    buckets: STAGE_BUCKETS,
    home: 'worker',
  },
  queueDepth: {
    name: 'gte_queue_depth',
    type: 'gauge',
    help: 'Sequences waiting for the inference thread.',
    labels: ['slot'],
    home: 'worker',
  },
  queueTokens: {
    name: 'gte_queue_tokens',
    type: 'gauge',
    help: 'Tokens waiting for the inference thread.',
    labels: ['slot'],
    home: 'worker',
  },
  queueLimitTokens: {
    name: 'gte_queue_limit_tokens',
    type: 'gauge',
    help: 'Tokens that may wait (GTE_QUEUE_TOKENS), or those that take GTE_QUEUE_MS.',
    labels: ['slot'],
    home: 'worker',
  },
  queueRejected: {
    name: 'gte_queue_rejected_total',
    type: 'counter',
    help: 'Requests refused at the queue: full, deadline (would end too late) or closed (draining).',
    labels: ['reason'],
    home: 'worker',
  },
  cancelled: {
    name: 'gte_cancelled_total',
    type: 'counter',
    help: 'Requests whose client hung up while they waited (queue) or ran (infer).',
    labels: ['stage'],
    home: 'worker',
  },
  inferenceBusySeconds: {
    name: 'gte_inference_busy_seconds_total',
    type: 'counter',
    help: 'Time the inference thread was busy; its rate is the utilisation.',
    labels: ['slot', 'model'],
    home: 'worker',
  },
  modelInfo: {
    name: 'gte_model_info',
    type: 'gauge',
    help: 'Always 1; the labels name the loaded model.',
    labels: ['model', 'version', 'engine'],
    aggregator: 'max',
    home: 'worker',
  },
  modelLoadSeconds: {
    name: 'gte_model_load_seconds',
    type: 'gauge',
    help: 'Time the slowest running worker took to load the model.',
    labels: ['model', 'version', 'engine'],
    aggregator: 'max',
    home: 'worker',
  },
  capacity: {
    name: 'gte_capacity_requests_per_second',
    type: 'gauge',
    help: 'Requests a second that gte capacity found sustainable with these workers and this model, by workload: mix or a task.',
    labels: ['workload'],
    home: 'primary',
  },
  workers: {
    name: 'gte_workers',
    type: 'gauge',
    help: 'Worker processes by state: desired, alive, ready or draining.',
    labels: ['state'],
    home: 'primary',
  },
  workerRestarts: {
    name: 'gte_worker_restarts_total',
    type: 'counter',
    help: 'Workers replaced: crash, hung, memory, age, terminated or reload.',
    labels: ['reason', 'slot'],
    home: 'primary',
  },
  workerStartTime: {
    name: 'gte_worker_start_time_seconds',
    type: 'gauge',
    help: 'Unix time at which the worker of a slot was forked.',
    labels: ['slot'],
    home: 'primary',
  },
  workerSnapshotAge: {
    name: 'gte_worker_snapshot_age_seconds',
    type: 'gauge',
    help: 'Time since a worker last reported its metrics; above 2 it is blocked or frozen.',
    labels: ['slot'],
    aggregator: 'max',
    home: 'primary',
  },
} as const satisfies Record<string, MetricDefinition>;

export type Definitions = typeof definitions;
