import { reachedAt } from '../../host-and-port.ts';
import { alertGroups } from '../../rules/alerts/index.ts';
import { recordingRules } from '../../rules/recording-rules.ts';
import { loadThresholds } from '../../rules/thresholds.ts';
import type { StackContext } from '../component.ts';
import { jobsOf } from '../components/prometheus.ts';
import type { Check } from './verify-stack.ts';

const TIMEOUT_MS = 5000;

// biome-ignore lint/suspicious/noExplicitAny: answers of several programs
async function json(url: string, init: RequestInit = {}): Promise<any> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}

const prometheusOf = ({ settings }: StackContext) => `http://127.0.0.1:${settings.PROMETHEUS_PORT}`;

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Also a context and a question, so that every task which reads one text takes it. */
const SENTENCE = '房间很干净，前台服务也热情。|房间怎么样？';

/** The queries that users have in their own notes and dashboards. */
const USERS_QUERIES = {
  'requests a second by task': 'rate(gte_task_requests_total{status="success"}[5m])',
  'mean latency by task':
    'sum(rate(gte_task_latency_seconds_sum[5m])) by (task_type) / sum(rate(gte_task_latency_seconds_count[5m])) by (task_type)',
  'requests under way': 'gte_active_requests',
};

export const checks: readonly Check[] = [
  {
    what: 'a prediction through nginx',
    needs: ['service', 'nginx'],
    async run({ config, settings }) {
      const nginx = `http://${reachedAt(settings.NGINX_HOST, settings.NGINX_PORT)}`;
      const info = await fetch(`${nginx}/info`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (info.status === 401 && config.access.keysFile) return 'asks for an API key, as it should';
      expect(info.ok, `${nginx}/info answers ${info.status}`);
      const { tasks } = (await info.json()) as { tasks: { type: string; available: boolean }[] };
      const available = tasks.filter((task) => task.available).map(({ type }) => type);
      const task_type = ['sentiment', 'embedding'].find((type) => available.includes(type)) ?? available[0];
      const { model } = await json(`${nginx}/predict`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ task_type, input_text: SENTENCE }),
      });
      return `${task_type} by ${model}`;
    },
  },
  {
    what: 'all targets are up',
    needs: ['prometheus'],
    async run(context) {
      const { data } = await json(`${prometheusOf(context)}/api/v1/targets?state=active`);
      const targets = data.activeTargets as { labels: { job: string }; health: string; lastError: string }[];
      const missing = ['gte', ...jobsOf(context.components)].filter(
        (job) => !targets.some(({ labels }) => labels.job === job),
      );
      expect(missing.length === 0, `no target of ${missing.join(', ')}`);
      const down = targets.filter(({ health }) => health !== 'up');
      expect(
        down.length === 0,
        down.map(({ labels, lastError }) => `${labels.job}: ${lastError}`).join('; '),
      );
      return targets.map(({ labels }) => labels.job).join(', ');
    },
  },
  {
    what: 'all rules are loaded and evaluate',
    needs: ['prometheus'],
    async run(context) {
      const { data } = await json(`${prometheusOf(context)}/api/v1/rules`);
      const rules = (
        data.groups as { rules: { name: string; health: string; lastError?: string }[] }[]
      ).flatMap((group) => group.rules);
      const thresholds = loadThresholds(`${context.paths.root}/prometheus/thresholds.yaml`);
      const count = recordingRules.length + Object.values(alertGroups(thresholds)).flat().length;
      expect(rules.length === count, `${rules.length} rules instead of ${count}`);
      const ill = rules.filter(({ health }) => health !== 'ok');
      expect(
        ill.length === 0,
        ill.map(({ name, lastError = 'not evaluated yet' }) => `${name}: ${lastError}`).join('; '),
      );
      return `${count} rules`;
    },
  },
  {
    what: 'the queries that users know answer',
    needs: ['service', 'prometheus'],
    async run(context) {
      for (const [name, query] of Object.entries(USERS_QUERIES)) {
        const { data } = await json(
          `${prometheusOf(context)}/api/v1/query?query=${encodeURIComponent(query)}`,
        );
        expect(data.result.length > 0, `${name}: nothing yet`);
      }
      return Object.keys(USERS_QUERIES).join(', ');
    },
  },
  {
    what: 'alerts reach Alertmanager',
    needs: ['prometheus', 'alertmanager'],
    async run({ settings }) {
      const url = `http://127.0.0.1:${settings.ALERTMANAGER_PORT}/api/v2/alerts`;
      const alerts = (await json(url)) as { labels: { alertname: string } }[];
      const names = alerts.map(({ labels }) => labels.alertname);
      expect(names.includes('Watchdog'), 'the Watchdog has not arrived yet');
      const others = names.filter((name) => name !== 'Watchdog');
      return others.length > 0 ? `firing: ${others.join(', ')}` : 'the Watchdog, and nothing else';
    },
  },
];
