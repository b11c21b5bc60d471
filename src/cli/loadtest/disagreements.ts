import type { Text } from '../language.ts';
import type { TaskResult } from './recorder.ts';
import type { ServiceCount } from './service-view.ts';

/** Where client and service counted differently, one sentence each; requests without an answer explain their number. */
export function disagreements(client: readonly TaskResult[], service: readonly ServiceCount[]): Text[] {
  const found: Text[] = [];
  for (const task of new Set([...client, ...service].map(({ task }) => task))) {
    const mine = client.find((row) => row.task === task);
    const theirs = service.find((row) => row.task === task);
    for (const status of ['success', 'error', 'invalid', 'rejected'] as const) {
      const sent = mine?.outcomes[status] ?? 0;
      const counted = theirs?.statuses[status] ?? 0;
      if (sent === counted) continue;
      found.push({
        en: `${task} ${status}: ${sent} answers came here, the service counted ${counted}`,
        zh: `${task} ${status}：这里收到 ${sent} 个回答，服务计数 ${counted}`,
      });
    }
  }
  return found;
}
