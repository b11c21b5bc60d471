/** A rate: at most `burst` requests at once, refilled by `perSecond`. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** One line of the key file. The key itself is known to its owner only. */
export interface ApiKey {
  /** Who it belongs to: a name in logs and metrics. */
  readonly name: string;
  /** SHA-256 of the key, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly rate?: RateLimit;
  /** Requests answered at the same time. */
  readonly concurrency?: number;
  readonly disabled: boolean;
}

/** A key and the name under which metrics count it. */
export interface LabelledKey extends ApiKey {
  readonly label: string;
}

/** Names that metrics give to requests without a known key, and to keys beyond the names they can hold. */
export const RESERVED_NAMES = ['none', 'other'] as const;

export const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** More would make the comparison with every key, and the series in /metrics, dear. */
export const MAX_KEYS = 256;
