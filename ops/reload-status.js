// Without an argument prints the number of the last rolling reload; with one, waits for the end of the next.
import { reachedAt } from '../dist/host-and-port.js';

const { GTE_METRICS_HOST, GTE_METRICS_PORT } = process.env;
const url = `http://${reachedAt(GTE_METRICS_HOST || '127.0.0.1', GTE_METRICS_PORT || 9090)}/reload`;
const token = process.env.GTE_METRICS_TOKEN;
const headers = token ? { Authorization: `Bearer ${token}` } : {};
/** Between the signal and the primary's taking note of it. */
const NOTICED_MS = 5000;

async function status() {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  if (!answer) throw new Error(`the service does not answer at ${url}`);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.json();
}

async function wait(before) {
  const deadline = performance.now() + NOTICED_MS;
  for (;;) {
    const { number, state, reason } = await status();
    if (number > before && state === 'done') return console.log('reloaded');
    if (number > before && state === 'refused')
      throw new Error(`reload refused, the old workers stay: ${reason}`);
    if (number === before && performance.now() > deadline)
      throw new Error('the primary took no note of the signal');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

try {
  const [before] = process.argv.slice(2);
  if (before === undefined) {
    const { number, state } = await status();
    if (state === 'running') throw new Error('a reload is under way');
    console.log(number);
  } else await wait(Number(before));
} catch (error) {
  console.error(`gte-serve: ${error.message}`);
  process.exitCode = 1;
}
