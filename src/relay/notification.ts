import * as z from 'zod';

const text = z.record(z.string(), z.string());
const alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: text,
  annotations: text.default({}),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
});

/** What Alertmanager posts (webhook_config, version 4), as far as messages are made from it. */
export const notification = z.object({
  version: z.literal('4'),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(alert).min(1),
  truncatedAlerts: z.number().int().min(0).default(0),
});

export type Notification = z.infer<typeof notification>;
export type Alert = z.infer<typeof alert>;
