import type { Alert, Notification } from './notification.ts';
import type { Block, Message, Robot } from './robot.ts';
import { taskName } from './task-names.ts';

const SEVERITY_NAMES: Record<string, string> = { critical: '严重', warning: '警告', none: '通知' };
const RANK = ['critical', 'warning', 'none'];

/**
 * The Chinese message a robot's group gets, or nothing when none of the alerts is for it: firing ones before resolved
 * ones, critical before warning.
 */
export function writeMessage(
  { alerts, truncatedAlerts }: Notification,
  { severities }: Robot,
  timeZone: string,
): Message | undefined {
  const meant = alerts
    .filter(({ labels }) => severities?.includes(labels.severity ?? '') ?? true)
    .sort((a, b) => urgency(a) - urgency(b));
  const [first] = meant;
  if (first === undefined) return undefined;
  const firing = meant.filter(({ status }) => status === 'firing').length + truncatedAlerts;
  const resolved = meant.length + truncatedAlerts - firing;
  const severity = first.labels.severity === 'critical' ? 'critical' : 'warning';
  const counts = [firing > 0 && `${firing} 条触发`, resolved > 0 && `${resolved} 条恢复`]
    .filter(Boolean)
    .join('，');
  return {
    title: `【${firing > 0 ? '告警' : '恢复'}】${first.labels.alertname ?? '未命名'}（${counts}）`,
    tone: firing > 0 ? severity : 'resolved',
    blocks: meant.map((alert) => block(alert, timeZone)),
    mention: firing > 0 && severity === 'critical',
  };
}

function urgency({ status, labels }: Alert): number {
  const rank = RANK.indexOf(labels.severity ?? '');
  return (status === 'firing' ? 0 : RANK.length + 1) + (rank < 0 ? RANK.length : rank);
}

function block({ status, labels, annotations, startsAt, endsAt }: Alert, timeZone: string): Block {
  const resolved = status === 'resolved';
  const severity = SEVERITY_NAMES[labels.severity ?? ''] ?? labels.severity ?? '未分级';
  const since = Date.parse(startsAt);
  const fields = [
    ['任务', labels.task_type && taskName(labels.task_type)],
    ['实例', labels.instance],
    ['进程', labels.slot],
    ['说明', annotations.summary],
    [resolved ? '恢复前的值' : '当前值', annotations.value],
    ['开始时间', localTime(since, timeZone)],
    [
      '恢复时间',
      resolved
        ? `${localTime(Date.parse(endsAt), timeZone)}，历时 ${duration(Date.parse(endsAt) - since)}`
        : '',
    ],
  ].flatMap(([label = '', value]) => (value ? [{ label, value: plain(value) }] : []));
  return {
    heading: `${resolved ? '✅ 已恢复' : `🔴 ${severity}`} ${plain(labels.alertname ?? '未命名')}`,
    fields,
    link: isLink(annotations.runbook_url) ? { text: '处理手册', url: annotations.runbook_url } : undefined,
  };
}

/** One line, without what markdown of any of the chats takes for a link, an image or a mention. */
function plain(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[[\]<>`]/g, ' ')
    .trim()
    .slice(0, 500);
}

function isLink(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\/[^\s()[\]<>]+$/.test(url);
}

function localTime(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('zh-CN', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(ms);
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} 小时 ${minutes} 分`;
  return minutes > 0 ? `${minutes} 分 ${seconds % 60} 秒` : `${seconds} 秒`;
}
