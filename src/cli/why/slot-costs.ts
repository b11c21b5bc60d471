import { type SlotWindow, sum, type Window } from '../windows/window.ts';

export interface SlowSlot {
  readonly slot: string;
  /** Inference seconds a sequence, before and after. */
  readonly before: number;
  readonly after: number;
  /** How much its cost grew beyond the other slots'. */
  readonly excess: number;
}

export interface SlotCosts {
  readonly slow: readonly SlowSlot[];
  /** By how much the slow slots raised the mean cost of a sequence; 1 without any. */
  readonly factor: number;
  /** How much the cost grew on the others. */
  readonly othersFactor: number;
}

/** Fewer sequences than these say nothing about a slot. */
const FEWEST_ROWS = 20;
/** Chance differences in what the slots were given stay below this. */
const SLOW_EXCESS = 1.5;

/**
 * Finds workers that became slower than the others: every slot gets the same kind of work, so what all share (longer texts,
 * a busy host, another model) cancels out, and only a minority can be the exception.
 */
export function slotCosts(before: Window, after: Window): SlotCosts {
  const slots = [...after.slots].flatMap(([slot, now]) => {
    const then = before.slots.get(slot);
    if (!then || then.rows < FEWEST_ROWS || now.rows < FEWEST_ROWS) return [];
    return [{ slot, now, before: costOf(then), after: costOf(now), ratio: costOf(now) / costOf(then) }];
  });
  const ratios = slots.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const usual = ratios[Math.floor((ratios.length - 1) / 2)] ?? 1;
  const slow = slots.filter(({ ratio }) => ratio > usual * SLOW_EXCESS);
  const well = slots.filter((slot) => !slow.includes(slot));
  const othersFactor =
    well.length === 0
      ? usual
      : sum(well.map(({ now, ratio }) => now.rows * ratio)) / sum(well.map(({ now }) => now.rows));
  const busy = sum(slots.map(({ now }) => now.busy));
  const asOthers = sum(
    slots.map((slot) => (slow.includes(slot) ? slot.now.rows * slot.before * othersFactor : slot.now.busy)),
  );
  return {
    slow: slow
      .map(({ slot, before, after, ratio }) => ({ slot, before, after, excess: ratio / othersFactor }))
      .sort((a, b) => b.excess - a.excess),
    factor: slow.length > 0 && asOthers > 0 ? busy / asOthers : 1,
    othersFactor,
  };
}

const costOf = ({ busy, rows }: SlotWindow) => busy / rows;
