import type { LabelledKey } from '../auth/api-key.ts';
import type { Admission } from '../auth/budget/key-budgets.ts';
import type { KeyStatus } from '../metrics/definitions.ts';

/** Who may call the API, and how much. */
export interface KeyGate {
  find(presented: string): LabelledKey | undefined;
  admit(key: LabelledKey): Promise<Admission>;
  /** Counts what was decided; undefined: no known key. */
  count(key: LabelledKey | undefined, status: KeyStatus): void;
}
