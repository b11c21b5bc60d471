import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { hostAnnotations } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import { limits, percent } from '../limits.ts';
import { metric, rate } from '../metric.ts';
import { bars } from '../panels/bars.ts';
import { stat } from '../panels/stat.ts';
import { timeSeries } from '../panels/time-series.ts';
import { datasourceVariable, labelVariable } from '../variables.ts';

const THIRD = { width: 8, height: 8 } as const;
const QUARTER = { width: 6, height: 4 } as const;
const HOST = '{instance=~"$node"}';
const host = (...more: string[]) => `{${['instance=~"$node"', ...more].join(', ')}}`;
const NGINX = '{instance=~"$nginx"}';
const FULL = 1 - limits.disk_available_ratio;
/** File systems that hold no data. */
const DISKS = 'fstype!~"tmpfs|ramfs|squashfs|iso9660"';

/** The machine (node_exporter) and the way in (nginx-prometheus-exporter). */
export const hostNginx = () =>
  dashboard({
    uid: 'gte-host-nginx',
    title: 'GTE 主机与 Nginx',
    description: '机器的 CPU、内存、磁盘、网络，以及 Nginx 的连接和请求。Host and Nginx.',
    variables: [
      datasourceVariable(),
      labelVariable('node', '主机 Host', 'label_values(node_uname_info, instance)', { all: true }),
      labelVariable('nginx', 'Nginx', 'label_values(nginx_up, instance)', { all: true }),
      labelVariable('job', '任务名 Job', `label_values(${metric.workers}, job)`),
    ],
    annotations: hostAnnotations(),
    panels: [
      { row: new RowBuilder('主机 Host') },
      timeSeries({
        ...THIRD,
        title: 'CPU 使用率',
        zh: '不空闲的时间占比，所有核平均。',
        en: 'Share of time in which the cores are not idle, mean of all.',
        unit: 'percentunit',
        max: 1,
        queries: [
          {
            expr: `1 - avg by (instance) (${rate(`node_cpu_seconds_total${host('mode="idle"')}`)})`,
            legend: '{{instance}}',
          },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '系统负载 ÷ 核数',
        zh: '1 分钟负载除以核数；长期高于 1 说明核不够。',
        en: 'Load of one minute over the number of cores; above 1 for long: too few cores.',
        unit: 'short',
        redAbove: 1,
        queries: [
          {
            expr: `node_load1${HOST} / on (instance) count by (instance) (node_cpu_seconds_total${host('mode="idle"')})`,
            legend: '{{instance}}',
          },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '可用内存',
        zh: `可用内存占比；低于 ${percent(limits.host_memory_available_ratio)} 时内核会先清缓存，再杀进程。`,
        en: `Share of memory available; below ${percent(limits.host_memory_available_ratio)} the kernel drops caches and then kills.`,
        unit: 'percentunit',
        max: 1,
        redBelow: limits.host_memory_available_ratio,
        queries: [
          {
            expr: `node_memory_MemAvailable_bytes${HOST} / node_memory_MemTotal_bytes${HOST}`,
            legend: '{{instance}}',
          },
        ],
      }),
      bars({
        ...THIRD,
        title: '磁盘使用率',
        zh: `每个磁盘已用的比例；${percent(FULL)} 以上变红。`,
        en: `How full each disk is; red above ${percent(FULL)}.`,
        unit: 'percentunit',
        max: 1,
        redAbove: FULL,
        query: {
          expr: `1 - min by (instance, device) (node_filesystem_avail_bytes${host(DISKS)} / (node_filesystem_size_bytes${host(DISKS)} > 0))`,
          legend: '{{instance}} {{device}}',
        },
      }),
      timeSeries({
        ...THIRD,
        title: '网络',
        zh: '收发的字节，不含回环。',
        en: 'Bytes received and sent, loopback left out.',
        unit: 'Bps',
        queries: [
          {
            expr: `sum by (instance) (${rate(`node_network_receive_bytes_total${host('device!="lo"')}`)})`,
            legend: '{{instance}} 收 in',
          },
          {
            expr: `sum by (instance) (${rate(`node_network_transmit_bytes_total${host('device!="lo"')}`)})`,
            legend: '{{instance}} 发 out',
          },
        ],
      }),
      timeSeries({
        ...THIRD,
        title: '磁盘读写',
        zh: '读写的字节。服务本身几乎不写盘，除了日志。',
        en: 'Bytes read and written. The service itself hardly writes, but for logs.',
        unit: 'Bps',
        queries: [
          {
            expr: `sum by (instance) (${rate(`node_disk_read_bytes_total${HOST}`)})`,
            legend: '{{instance}} 读 read',
          },
          {
            expr: `sum by (instance) (${rate(`node_disk_written_bytes_total${HOST}`)})`,
            legend: '{{instance}} 写 written',
          },
        ],
      }),
      { row: new RowBuilder('Nginx') },
      stat({
        ...QUARTER,
        title: 'Nginx 状态',
        zh: '1：能应答；0：不应答。',
        en: '1: answers; 0: does not.',
        unit: 'short',
        redBelow: 1,
        queries: [{ expr: `min(nginx_up${NGINX})` }],
      }),
      stat({
        ...QUARTER,
        title: '丢弃的连接',
        zh: '最近 5 分钟接受了却没有处理的连接；不为 0 说明 worker_connections 太小。',
        en: 'Connections accepted but not handled in the last 5 minutes; above 0: worker_connections is too small.',
        unit: 'short',
        decimals: 0,
        redAbove: 1,
        queries: [
          {
            expr: `sum(increase(nginx_connections_accepted${NGINX}[5m])) - sum(increase(nginx_connections_handled${NGINX}[5m]))`,
          },
        ],
      }),
      stat({
        ...QUARTER,
        title: 'Nginx 每秒请求数',
        zh: '所有路径。',
        en: 'All paths.',
        unit: 'reqps',
        decimals: 1,
        queries: [{ expr: `sum(${rate(`nginx_http_requests_total${NGINX}`)})` }],
      }),
      stat({
        ...QUARTER,
        title: '服务每秒 HTTP 请求数',
        zh: '服务自己数的；与 Nginx 的差是 Nginx 自己回答的请求（限流、健康检查、状态页）。',
        en: 'As the service counts; the difference to Nginx is what Nginx answered by itself (limits, health, status).',
        unit: 'reqps',
        decimals: 1,
        queries: [{ expr: `sum(${rate(`${metric.httpRequests}{job="$job"}`)})` }],
      }),
      timeSeries({
        width: 12,
        height: 8,
        title: 'Nginx 连接',
        zh: '读请求、写回答、等待（保持连接）的连接数。',
        en: 'Connections reading a request, writing an answer, waiting (kept alive).',
        unit: 'short',
        stacked: true,
        queries: ['reading', 'writing', 'waiting'].map((state) => ({
          expr: `sum(nginx_connections_${state}${NGINX})`,
          legend: state,
        })),
      }),
      timeSeries({
        width: 12,
        height: 8,
        title: 'HTTP 状态码（服务）',
        zh: '服务每秒的回答，按路由和状态码。',
        en: 'Answers of the service per second, by route and status code.',
        unit: 'reqps',
        stacked: true,
        queries: [
          {
            expr: `sum by (route, code) (${rate(`${metric.httpRequests}{job="$job"}`)})`,
            legend: '{{route}} {{code}}',
          },
        ],
      }),
    ],
  });
