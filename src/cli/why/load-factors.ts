import { sum, type Window } from '../windows/window.ts';
import type { Cause } from './cause.ts';
import { type SlotCosts, slotCosts } from './slot-costs.ts';

/** What a window says about the whole service. */
export interface Load {
  /** Requests a second as the average request met them: bursts count by how many were in them. */
  readonly metRate: number;
  readonly rate: number;
  readonly tokensPerRequest: number;
  readonly secondsPerToken: number;
  /** CPU seconds that workers (slow ones apart) got a second of inference: well below 1 they wait for a core. */
  readonly cpuPerBusy: number;
  /** Cores that others on the host used or the hypervisor took; undefined without a node exporter. */
  readonly othersCores: number | undefined;
  readonly cores: number | undefined;
  /** Cores that the service itself used. */
  readonly ownCores: number;
  readonly utilisation: number;
  readonly ready: number;
}

/** What made inference as a whole slower: another model, others on the host, the service's own load, or none of these. */
export type SlowCause = 'model' | 'cpu' | 'traffic' | 'cost';

/** How the service's circumstances changed: natural logarithms of after ÷ before. */
export interface LoadFactors {
  readonly before: Load;
  readonly after: Load;
  readonly slots: SlotCosts;
  readonly newModels: readonly string[];
  /** Of the cost of a token: what slow workers, and what everything else (`slowCause`), did to it. */
  readonly lnSlowWorker: number;
  readonly lnCost: number;
  readonly slowCause: SlowCause;
  /** Of the mean request's tokens: texts of the same tasks, and more of the tasks that have longer ones. */
  readonly lnLength: number;
  readonly lnMix: number;
  /** Of the demand on each worker, by cause, where it can be told from noise. */
  readonly demand: ReadonlyMap<Cause, number>;
}

/** Others' use of the host that slows inference down, in cores of all cores. */
const CPU_SHARE = 0.1;
const CPU_STARVED = 0.9;
/** Natural logarithm: own CPU and work must both grow by a fifth to crowd the service by itself. */
const OWN_LOAD = Math.log(1.2);
/** Changes of a factor below 5 % explain nothing. */
const FEWEST_LN = Math.log(1.05);

export function loadFactors(beforeWindow: Window, afterWindow: Window): LoadFactors {
  const slots = slotCosts(beforeWindow, afterWindow);
  const slow = new Set(slots.slow.map(({ slot }) => slot));
  const before = loadOf(beforeWindow, slow);
  const after = loadOf(afterWindow, slow);
  const newModels = [...afterWindow.models].filter((model) => !beforeWindow.models.has(model));
  const lnTokens = ln(after.tokensPerRequest, before.tokensPerRequest);
  const lnSlowWorker = Math.log(slots.factor);
  const rawCost = ln(after.secondsPerToken, before.secondsPerToken) - lnSlowWorker;
  const slowCause = newModels.length > 0 ? 'model' : crowding(before, after, rawCost);
  // Per token, long texts cost less than short ones (a fixed part) and very long ones more (attention): that is length too.
  const isLength = slowCause === 'cost' && Math.abs(rawCost) <= Math.abs(lnTokens);
  const lnCost = isLength ? 0 : rawCost;
  const lnAllLength = lnTokens + (isLength ? rawCost : 0);
  const lengthShare = withinShare(beforeWindow, afterWindow);
  const factors = {
    lnSlowWorker,
    lnCost,
    lnLength: lnAllLength * lengthShare,
    lnMix: lnAllLength * (1 - lengthShare),
  };
  const lnTraffic = ln(after.metRate, before.metRate);
  const demand = new Map<Cause, number>([
    ['worker', lnSlowWorker],
    ['length', factors.lnLength],
    ['mix', factors.lnMix],
    ['traffic', lnTraffic],
    ['capacity', -ln(after.ready, before.ready)],
    [slowCause, lnCost + (slowCause === 'traffic' ? lnTraffic : 0)],
  ]);
  for (const [cause, value] of demand) if (Math.abs(value) < FEWEST_LN) demand.delete(cause);
  return { before, after, slots, newModels, slowCause, demand, ...factors };
}

/** @param slow slots whose CPU says nothing about the host */
export function loadOf(window: Window, slow: ReadonlySet<string> = new Set()): Load {
  const { tasks, slots, host, start, end, blockSeconds } = window;
  const all = [...tasks.values()];
  const well = [...slots].filter(([slot]) => !slow.has(slot)).map(([, slot]) => slot);
  const seconds = end - start;
  const blocks = all[0]?.arrivals.map((_, i) => sum(all.map(({ arrivals }) => arrivals[i] ?? 0))) ?? [];
  const requests = sum(blocks);
  const tokens = sum(all.map((task) => task.tokens.sum));
  const busy = sum([...slots.values()].map((slot) => slot.busy));
  return {
    // Σn²/Σn grows by 1 through chance alone when arrivals are independent (Poisson).
    metRate: Math.max(0, sum(blocks.map((n) => n * n)) / requests - 1) / blockSeconds,
    rate: requests / seconds,
    tokensPerRequest: tokens / sum(all.map((task) => task.tokens.count)),
    secondsPerToken: busy / tokens,
    cpuPerBusy: sum(well.map((slot) => slot.cpu)) / sum(well.map((slot) => slot.busy)),
    othersCores: host && Math.max(0, host.busy - window.serviceCpu + host.stolen) / seconds,
    cores: host?.cores,
    ownCores: window.serviceCpu / seconds,
    utilisation: busy / (seconds * Math.max(1, slots.size)),
    ready: window.ready,
  };
}

/**
 * Who crowds the cores when inference as a whole got slower (or no longer does, when faster). A node exporter knows what
 * others take. Without one others are suspected when the workers got less CPU than they asked for, unless the service itself
 * used more of it for more or longer requests.
 */
function crowding(before: Load, after: Load, rawCost: number): SlowCause {
  const direction = Math.sign(rawCost);
  const grew = (now: number, then: number) => ln(now, then) * direction > OWN_LOAD;
  const starved = ln(after.cpuPerBusy, before.cpuPerBusy) * -direction > -Math.log(CPU_STARVED);
  const ownCrowding = grew(after.metRate, before.metRate) ? 'traffic' : 'cost';
  if (before.othersCores !== undefined && after.othersCores !== undefined && after.cores !== undefined) {
    const taken = (after.othersCores - before.othersCores) / after.cores;
    if (taken * direction > CPU_SHARE) return 'cpu';
    return starved ? ownCrowding : 'cost';
  }
  if (!starved) return 'cost';
  const moreWork = ownCrowding === 'traffic' || grew(after.tokensPerRequest, before.tokensPerRequest);
  return grew(after.ownCores, before.ownCores) && moreWork ? ownCrowding : 'cpu';
}

/** Share of the change of tokens a request that lies within tasks; the rest is their mix. Between 0 and 1. */
function withinShare(before: Window, after: Window): number {
  const counts = (window: Window) => sum([...window.tasks.values()].map((task) => task.tokens.count));
  const [nBefore, nAfter] = [counts(before), counts(after)];
  let within = 0;
  let between = 0;
  for (const task of new Set([...before.tasks.keys(), ...after.tasks.keys()])) {
    const then = before.tasks.get(task)?.tokens ?? { sum: 0, count: 0 };
    const now = after.tasks.get(task)?.tokens ?? { sum: 0, count: 0 };
    const share = { before: then.count / nBefore, after: now.count / nAfter };
    const lengthNow = now.count > 0 ? now.sum / now.count : then.sum / then.count;
    const lengthThen = then.count > 0 ? then.sum / then.count : lengthNow;
    if (!Number.isFinite(lengthNow + lengthThen)) continue;
    within += ((share.before + share.after) / 2) * (lengthNow - lengthThen);
    between += ((lengthThen + lengthNow) / 2) * (share.after - share.before);
  }
  const size = Math.abs(within) + Math.abs(between);
  return size > 0 ? Math.abs(within) / size : 1;
}

/** 0 where there is nothing to compare. */
function ln(after: number, before: number): number {
  const value = Math.log(after / before);
  return Number.isFinite(value) ? value : 0;
}
