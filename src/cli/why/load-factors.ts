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
  /** CPU seconds the workers got a second of inference: below 1 they had to wait for a core. */
  readonly cpuPerBusy: number;
  /** Cores that others on the host used or the hypervisor took; undefined without a node exporter. */
  readonly othersCores: number | undefined;
  readonly cores: number | undefined;
  readonly utilisation: number;
  readonly ready: number;
}

/** How the service's circumstances changed: natural logarithms of after ÷ before. */
export interface LoadFactors {
  readonly before: Load;
  readonly after: Load;
  readonly slots: SlotCosts;
  readonly newModels: readonly string[];
  /** Of the cost of a token: what slow workers, and what everything else (`slowCause`), did to it. */
  readonly lnSlowWorker: number;
  readonly lnCost: number;
  readonly slowCause: 'model' | 'cpu' | 'cost';
  /** Of the mean request's tokens: texts of the same tasks, and more of the tasks that have longer ones. */
  readonly lnLength: number;
  readonly lnMix: number;
  /** Of the demand on each worker, by cause, where it can be told from noise. */
  readonly demand: ReadonlyMap<Cause, number>;
}

/** Others' use of the host that slows inference down, in cores of all cores. */
const CPU_SHARE = 0.1;
const CPU_STARVED = 0.9;
/** Changes of a factor below 5 % explain nothing. */
const FEWEST_LN = Math.log(1.05);

export function loadFactors(beforeWindow: Window, afterWindow: Window): LoadFactors {
  const before = loadOf(beforeWindow);
  const after = loadOf(afterWindow);
  const slots = slotCosts(beforeWindow, afterWindow);
  const newModels = [...afterWindow.models].filter((model) => !beforeWindow.models.has(model));
  const lnTokens = ln(after.tokensPerRequest, before.tokensPerRequest);
  const lnSlowWorker = Math.log(slots.factor);
  const rawCost = ln(after.secondsPerToken, before.secondsPerToken) - lnSlowWorker;
  const slowCause = newModels.length > 0 ? 'model' : cpuTaken(before, after, rawCost) ? 'cpu' : 'cost';
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
  const demand = new Map<Cause, number>([
    ['worker', lnSlowWorker],
    [slowCause, lnCost],
    ['length', factors.lnLength],
    ['mix', factors.lnMix],
    ['traffic', ln(after.metRate, before.metRate)],
    ['capacity', -ln(after.ready, before.ready)],
  ]);
  for (const [cause, value] of demand) if (Math.abs(value) < FEWEST_LN) demand.delete(cause);
  return { before, after, slots, newModels, slowCause, demand, ...factors };
}

export function loadOf(window: Window): Load {
  const { tasks, slots, host, start, end, blockSeconds } = window;
  const all = [...tasks.values()];
  const seconds = end - start;
  const blocks = all[0]?.requests.map((_, i) => sum(all.map(({ requests }) => requests[i] ?? 0))) ?? [];
  const requests = sum(blocks);
  const tokens = sum(all.map((task) => task.tokens.sum));
  const busy = sum([...slots.values()].map((slot) => slot.busy));
  return {
    // Σn²/Σn grows by 1 through chance alone when arrivals are independent (Poisson).
    metRate: Math.max(0, sum(blocks.map((n) => n * n)) / requests - 1) / blockSeconds,
    rate: requests / seconds,
    tokensPerRequest: tokens / sum(all.map((task) => task.tokens.count)),
    secondsPerToken: busy / tokens,
    cpuPerBusy: sum([...slots.values()].map((slot) => slot.cpu)) / busy,
    othersCores: host && Math.max(0, host.busy - window.serviceCpu + host.stolen) / seconds,
    cores: host?.cores,
    utilisation: busy / (seconds * Math.max(1, slots.size)),
    ready: window.ready,
  };
}

/** True when the host's other work, or the hypervisor, changed enough to explain a change of cost in that direction. */
function cpuTaken(before: Load, after: Load, rawCost: number): boolean {
  if (before.othersCores !== undefined && after.othersCores !== undefined && after.cores !== undefined) {
    const taken = (after.othersCores - before.othersCores) / after.cores;
    if (taken * Math.sign(rawCost) > CPU_SHARE) return true;
  }
  const got = after.cpuPerBusy / before.cpuPerBusy;
  return rawCost > 0 ? got < CPU_STARVED : got > 1 / CPU_STARVED;
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
