import { isLoopback } from '../address-list.ts';

/** What keeps people from getting an alert, or from opening its page, in one sentence; nothing when all is set. */
export function alertGap(robots: number, runbookBaseUrl: string): string | undefined {
  if (robots === 0)
    return 'no robot is configured, so alerts reach nobody: list yours in var/etc/robots.yaml (docs/monitoring.md)';
  if (isLoopback(new URL(runbookBaseUrl).hostname.replace(/^\[|\]$/g, '')))
    return `messages link to ${runbookBaseUrl}, which no phone can open: set runbook_base_url in prometheus/thresholds.yaml (docs/monitoring.md)`;
  return undefined;
}
