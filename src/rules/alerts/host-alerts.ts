import type { AlertRule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';

/** The machine runs out of something. */
export function hostAlerts({ values }: Thresholds): AlertRule[] {
  return [
    {
      alert: 'GTE_HostMemoryLow',
      expr: `node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < ${values.host_memory_available_ratio}`,
      for: '5m',
      severity: 'warning',
      summary: '主机 {{ $labels.instance }} 可用内存只剩 {{ $value | humanizePercentage }}',
      summaryEn:
        'Host {{ $labels.instance }} has only {{ $value | humanizePercentage }} of its memory available',
      value: '{{ $value | humanizePercentage }}',
    },
    {
      alert: 'GTE_DiskLow',
      expr: `min by (job, instance, device) (
  node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|squashfs|iso9660"}
    / node_filesystem_size_bytes
) < ${values.disk_available_ratio}`,
      for: '5m',
      severity: 'warning',
      summary:
        '主机 {{ $labels.instance }} 的磁盘 {{ $labels.device }} 只剩 {{ $value | humanizePercentage }}',
      summaryEn:
        'Disk {{ $labels.device }} of {{ $labels.instance }} has only {{ $value | humanizePercentage }} left',
      value: '{{ $value | humanizePercentage }}',
    },
  ];
}
