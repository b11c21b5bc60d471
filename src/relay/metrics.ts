import { Counter, Gauge, Registry } from 'prom-client';
import type { Robot } from './robot.ts';

const RESULTS = ['delivered', 'refused', 'dropped'] as const;
const OUTCOMES = ['delivered', 'retry', 'refused', 'unreachable'] as const;

export type RelayMetrics = ReturnType<typeof createRelayMetrics>;

/** The relay's own metrics; every series starts at 0, so that increase() sees the first loss. */
export function createRelayMetrics(robots: readonly Robot[]) {
  const registry = new Registry();
  const registers = [registry];
  const metrics = {
    notifications: new Counter({
      name: 'alert_relay_notifications_total',
      help: 'Messages to a robot by how they ended: delivered, refused (for good) or dropped (queue full, or too old).',
      labelNames: ['robot', 'result'] as const,
      registers,
    }),
    attempts: new Counter({
      name: 'alert_relay_attempts_total',
      help: 'Posts to a robot by outcome: delivered, retry (it asked for patience), refused or unreachable.',
      labelNames: ['robot', 'outcome'] as const,
      registers,
    }),
    queued: new Gauge({
      name: 'alert_relay_queue_depth',
      help: 'Messages waiting for a robot.',
      labelNames: ['robot'] as const,
      registers,
    }),
    received: new Counter({
      name: 'alert_relay_received_total',
      help: 'Notifications posted by Alertmanager, taken or not understood.',
      labelNames: ['result'] as const,
      registers,
    }),
  };
  for (const result of ['taken', 'invalid']) metrics.received.inc({ result }, 0);
  for (const { name: robot } of robots) {
    for (const result of RESULTS) metrics.notifications.inc({ robot, result }, 0);
    for (const outcome of OUTCOMES) metrics.attempts.inc({ robot, outcome }, 0);
    metrics.queued.set({ robot }, 0);
  }
  return { registry, ...metrics };
}
