import type { Post, Protocol, Robot, Verdict } from './robot.ts';

const TIMEOUT_MS = 10_000;
const MAX_REASON = 200;

export type Outcome = Verdict | { readonly kind: 'unreachable'; readonly reason: string };

/** Posts one message and says how it went; the reason never holds the robot's token or secret. */
export async function postToRobot({ url, body }: Post, robot: Robot, protocol: Protocol): Promise<Outcome> {
  const outcome = await attempt(url, body, protocol);
  return 'reason' in outcome ? { ...outcome, reason: withoutSecrets(outcome.reason, robot) } : outcome;
}

async function attempt(url: string, body: unknown, protocol: Protocol): Promise<Outcome> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    if (answer.ok) return protocol.judge(parse(text));
    const passing = answer.status === 429 || answer.status >= 500;
    return { kind: passing ? 'retry' : 'refused', reason: `HTTP ${answer.status}` };
  } catch (error) {
    const { name, cause } = error as Error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    return {
      kind: 'unreachable',
      reason: name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS} ms` : (code ?? name),
    };
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function withoutSecrets(reason: string, { url, secret }: Robot): string {
  const { search, searchParams, pathname } = new URL(url);
  const secrets = [secret, url, search, ...searchParams.values(), pathname.split('/').at(-1)];
  return secrets
    .filter((one) => one !== undefined && one.length >= 8)
    .reduce<string>((text, one) => text.replaceAll(one as string, '***'), reason)
    .slice(0, MAX_REASON);
}
